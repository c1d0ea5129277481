// Nobody is logged in where this page stands, and somebody else may be next: the
// list that the ward's page keeps for a dead line goes. What was pressed and is not
// sent yet stays, for who pressed it.
globalThis.caches?.delete('congvan-ward');
