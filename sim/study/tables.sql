CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scenarios (
    id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, name TEXT NOT NULL, question TEXT NOT NULL,
    spec_sha256 TEXT NOT NULL, pack_sha256 TEXT NOT NULL, yaml TEXT NOT NULL, own TEXT NOT NULL
);
CREATE TABLE packs (
    sha256 TEXT NOT NULL, pack TEXT NOT NULL, file TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (sha256, file)
);
CREATE TABLE uncertain (
    path TEXT PRIMARY KEY, value REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL,
    dist TEXT NOT NULL, unit TEXT NOT NULL
);
CREATE TABLE runs (
    run INTEGER PRIMARY KEY, scenario INTEGER NOT NULL REFERENCES scenarios (id), sample INTEGER NOT NULL,
    seed INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'planned', digest TEXT, seconds REAL, reason TEXT
);
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE moves (
    run INTEGER NOT NULL, year INTEGER NOT NULL, kind TEXT NOT NULL, agent INTEGER NOT NULL,
    counterpart INTEGER NOT NULL, amount_mt REAL NOT NULL
);
CREATE INDEX moves_of_run ON moves (run);
CREATE TABLE deals (
    run INTEGER NOT NULL, year INTEGER NOT NULL, kind TEXT NOT NULL, buyer INTEGER NOT NULL, seller INTEGER NOT NULL,
    target INTEGER NOT NULL, buyer_class TEXT NOT NULL, seller_class TEXT NOT NULL, seller_state TEXT NOT NULL,
    stake_share REAL NOT NULL, size_mt REAL NOT NULL, smelting_mt REAL NOT NULL, price_mcny REAL NOT NULL,
    paid_cash_mcny REAL NOT NULL, paid_debt_mcny REAL NOT NULL, paid_shares_mcny REAL NOT NULL,
    debt_assumed_mcny REAL NOT NULL
);
CREATE INDEX deals_of_run ON deals (run);
CREATE TABLE holdings (
    run INTEGER NOT NULL, kind TEXT NOT NULL, name INTEGER NOT NULL, nameplate_mt REAL NOT NULL,
    PRIMARY KEY (run, kind, name)
) WITHOUT ROWID;
CREATE TABLE running (
    run INTEGER NOT NULL, plant INTEGER NOT NULL, year INTEGER NOT NULL, made_mt REAL NOT NULL,
    cash_cost_cny_per_t REAL NOT NULL, PRIMARY KEY (run, plant, year)
) WITHOUT ROWID;
