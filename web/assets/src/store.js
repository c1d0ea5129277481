// A small store in the browser, for what has to outlive a closed tab.
let database = null;

export async function open() {
  database ??= await new Promise((resolve, reject) => {
    const request = indexedDB.open('congvan', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('queue', { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const run = (store, mode, act) => new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  return {
    put: (store, value) => run(store, 'readwrite', (s) => s.put(value)),
    delete: (store, key) => run(store, 'readwrite', (s) => s.delete(key)),
    all: (store) => run(store, 'readonly', (s) => s.getAll()),
  };
}
