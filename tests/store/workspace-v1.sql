-- SPDX-License-Identifier: GPL-3.0-or-later
-- SPDX-FileCopyrightText: The Strata developers
-- A workspace of schema 1 as the first version of the program made it: the statements of its schema, then
-- invented rows of every table. Never to be changed: it stands for workspaces that are out there.
BEGIN;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, family TEXT NOT NULL, seed INTEGER, step INTEGER,
    adapted_from TEXT NOT NULL, content_hash TEXT NOT NULL, format TEXT NOT NULL, dtype TEXT NOT NULL,
    problem TEXT NOT NULL, layers INTEGER NOT NULL, hidden INTEGER NOT NULL, heads INTEGER NOT NULL,
    vocabulary INTEGER NOT NULL, bytes INTEGER NOT NULL, mlm_head INTEGER NOT NULL, uncased INTEGER NOT NULL,
    name_corrected INTEGER NOT NULL DEFAULT 0, warnings TEXT NOT NULL DEFAULT '', forgotten INTEGER NOT NULL DEFAULT 0);
CREATE TABLE dataset (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, tags TEXT NOT NULL, train TEXT NOT NULL,
    dev TEXT NOT NULL, test TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE experiment (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL, spec TEXT NOT NULL, state TEXT NOT NULL,
    failure TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE run (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, checkpoint_hash TEXT NOT NULL, data_hash TEXT NOT NULL,
    settings TEXT NOT NULL, task TEXT NOT NULL, split TEXT NOT NULL, preset TEXT NOT NULL, probe TEXT NOT NULL,
    probe_seed INTEGER NOT NULL, protocol_version INTEGER NOT NULL, number_type TEXT NOT NULL, state TEXT NOT NULL,
    failure TEXT NOT NULL DEFAULT '', labels TEXT NOT NULL DEFAULT '[]', seconds_encoding REAL NOT NULL DEFAULT 0,
    seconds_reading REAL NOT NULL DEFAULT 0, seconds_training REAL NOT NULL DEFAULT 0, seconds_storing REAL NOT NULL DEFAULT 0);
CREATE TABLE experiment_run (
    experiment_id INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoint(id),
    PRIMARY KEY (experiment_id, run_id, checkpoint_id)) WITHOUT ROWID;
CREATE INDEX experiment_run_by_run ON experiment_run(run_id);
CREATE TABLE measurement (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, metric TEXT NOT NULL, label TEXT NOT NULL,
    layer NOT NULL, value REAL NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (run_id, metric, label, layer)) WITHOUT ROWID;
CREATE TABLE prediction (run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE, data BLOB NOT NULL);
CREATE TABLE scored_text (data_hash TEXT NOT NULL, split TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (data_hash, split));
CREATE VIEW tidy AS
    SELECT e.name AS experiment, c.family AS family, c.seed AS seed, c.step AS step, c.adapted_from AS adapted_from,
           r.task AS task, r.split AS split, r.preset AS preset, r.probe AS probe, r.probe_seed AS probe_seed,
           m.layer AS layer, m.metric AS metric, m.label AS label, m.value AS value, m.n AS n
    FROM experiment_run er JOIN experiment e ON e.id = er.experiment_id JOIN run r ON r.id = er.run_id
         JOIN checkpoint c ON c.id = er.checkpoint_id JOIN measurement m ON m.run_id = r.id
    WHERE r.state = 'done';
INSERT INTO setting VALUES ('threads', '2');
INSERT INTO setting VALUES ('fingerprint:/data/tiny-seed_0-step_0', '71234 1704164645000000000');
INSERT INTO checkpoint VALUES (1, '/data/tiny-seed_0-step_0', 'tiny', 0, 0, '', 'c0ffee00000000000000000000000001', 'safetensors', 'F32', '', 1, 32, 4, 18, 71234, 1, 1, 0, '["old tokenizer"]', 0);
INSERT INTO checkpoint VALUES (2, '/data/tiny-last', 'tiny', 0, 10000, '', 'c0ffee00000000000000000000000002', 'bin (zip)', 'F32', '', 1, 32, 4, 18, 71234, 0, 1, 1, '', 0);
INSERT INTO checkpoint VALUES (3, '/data/gone', 'tiny', 1, NULL, '', '', 'safetensors', 'F32', 'no config.json', 0, 0, 0, 0, 9, 0, 1, 0, '', 1);
INSERT INTO dataset VALUES (1, 'ewt', 'pos', 'xpos', '/data/train.conllu', '/data/dev.conllu', '', '');
INSERT INTO experiment VALUES (4, 'first', 'a note', '{"name":"first"}', 'done', '', '2024-01-02T03:04:05Z');
INSERT INTO experiment VALUES (7, 'second', '', '{"name":"second"}', 'failed', 'no memory', '2024-01-03T03:04:05Z');
INSERT INTO run VALUES (11, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'c0ffee00000000000000000000000001', 'dddddddddddddddddddddddddddddddd', '{"epochs":3}', 'pos', 'dev', 'zertuche-liu-2021', 'edge', 0, 1, 'fp32', 'done', '', '["NOUN","VERB"]', 1.5, 0.25, 2.25, 0.125);
INSERT INTO run VALUES (12, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'c0ffee00000000000000000000000002', 'dddddddddddddddddddddddddddddddd', '{"epochs":3}', 'pos', 'dev', 'zertuche-liu-2021', 'edge', 0, 1, 'fp32', 'planned', '', '[]', 0.0, 0.0, 0.0, 0.0);
INSERT INTO run VALUES (13, 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 'c0ffee00000000000000000000000002', 'dddddddddddddddddddddddddddddddd', '{"epochs":5}', 'pos', 'dev', 'zertuche-liu-2021', 'edge (epochs=5)', 1, 1, 'bf16', 'failed', 'no memory', '[]', 0.0, 0.0, 0.0, 0.0);
INSERT INTO experiment_run VALUES (4, 11, 1);
INSERT INTO experiment_run VALUES (4, 12, 2);
INSERT INTO experiment_run VALUES (7, 11, 1);
INSERT INTO experiment_run VALUES (7, 13, 2);
INSERT INTO measurement VALUES (11, 'f1', 'NOUN', 1, 0.5, 2);
INSERT INTO measurement VALUES (11, 'micro_f1', '', 0, 0.1, 3);
INSERT INTO measurement VALUES (11, 'micro_f1', '', 1, 0.6666666666666666, 3);
INSERT INTO measurement VALUES (11, 'micro_f1', '', 'mix', 0.75, 3);
INSERT INTO prediction VALUES (11, x'28b52ffd2071d50100040201000000030100000001000030000066e6cccc999966660100000031006d69780a003c3e17b680cee129cc59d6c8895921000c04249c392d');
INSERT INTO scored_text VALUES ('dddddddddddddddddddddddddddddddd', 'dev', x'28b52ffd2070950200f4035b5b227331222c5b224bc3a47365222c227374696e6b73225d2c5b5b302c312c2d5b224e4f554e225d5d2c5b312c3256455242225d5d227332736d656c6c5d06004c0b1084eb24d8d0690d9ca5e2e59e');
PRAGMA user_version = 1;
PRAGMA application_id = 1400140385;
COMMIT;
