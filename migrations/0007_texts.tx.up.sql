-- What the files of documents say, to be searched: written with the file, gone when
-- it is taken out. Only files without a mark of a state secret get here.
create table file_texts (
    document_id uuid not null,
    sha256      bytea not null,
    text        text not null, -- in normal form C, pages parted by form feeds
    by_machine  boolean not null default false, -- recognised in a picture
    words       tsvector not null, -- folded: without case and diacritics
    primary key (document_id, sha256),
    foreign key (document_id, sha256) references attachments
);
create index file_texts_words on file_texts using gin (words);
