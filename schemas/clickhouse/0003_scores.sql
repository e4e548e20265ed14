CREATE TABLE IF NOT EXISTS {database}.question_scores
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'epoch in which the answer ended',
    seq UInt64 COMMENT '0: behaviour, 1: final',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    stage LowCardinality(String) COMMENT 'behaviour, then final with the transcript',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    policy LowCardinality(String) COMMENT 'practice or hiring',
    formula_version LowCardinality(String) COMMENT 'names weights and thresholds',
    evidence UInt32 COMMENT 'distinct evidence ids folded: of two scores the one with more stands',
    gaze Nullable(Float64) COMMENT '40 to 100; NULL: insufficient evidence',
    gaze_coverage Float64 COMMENT 'share of the evidence that was there, 0 to 1',
    voice Nullable(Float64) COMMENT '40 to 100; NULL: insufficient evidence',
    voice_coverage Float64 COMMENT 'share of the evidence that was there, 0 to 1',
    smile Nullable(Float64) COMMENT '40 to 100; NULL: insufficient evidence',
    smile_coverage Float64 COMMENT 'share of the evidence that was there, 0 to 1',
    posture Nullable(Float64) COMMENT '40 to 100; NULL: insufficient evidence',
    posture_coverage Float64 COMMENT 'share of the evidence that was there, 0 to 1',
    emotion Nullable(Float64) COMMENT '0 to 100; NULL: insufficient evidence or not inferred',
    emotion_coverage Nullable(Float64) COMMENT '0 to 1; NULL: the policy does not infer emotion',
    total Nullable(Float64) COMMENT 'weighted mean of what is present; NULL: insufficient evidence',
    total_coverage Float64 COMMENT 'share of the weights that are present, 0 to 1',
    started_at DateTime64(3, 'UTC') COMMENT 'when the answer started',
    ended_at DateTime64(3, 'UTC') COMMENT 'when the answer ended',
    question_text String COMMENT 'the question',
    transcript String COMMENT 'what was heard; empty at stage behaviour',
    words UInt32 COMMENT 'words heard',
    words_per_minute Nullable(Float64) COMMENT 'NULL where nothing was heard',
    fillers UInt32 COMMENT 'filler words heard',
    confidence Nullable(Float64) COMMENT 'mean probability of the words, 0 to 1',
    precedence UInt64 COMMENT 'bitwise complement of the record offset',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':question.scored:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(evidence)
ORDER BY (session, question, attempt, formula_version)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'One answer a row, scored under one formula: more evidence wins';

-- A final score replaces the behaviour score's row and a replay writes both again: when each was
-- first there to read is kept apart.
CREATE TABLE IF NOT EXISTS {database}.score_visibility
(
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'counts attempts at the question',
    formula_version LowCardinality(String) COMMENT 'names weights and thresholds',
    stage LowCardinality(String) COMMENT 'behaviour or final',
    ended_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'when the answer ended',
    visible_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
        COMMENT 'when the score of this stage first arrived'
)
ENGINE = AggregatingMergeTree
ORDER BY (session, question, attempt, formula_version, stage)
TTL toDateTime(visible_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'When each score was first there to read';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.score_visibility_feed
TO {database}.score_visibility
AS SELECT session, question, attempt, formula_version, stage, ended_at, inserted_at AS visible_at
FROM {database}.question_scores;
