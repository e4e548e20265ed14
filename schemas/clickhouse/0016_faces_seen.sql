-- How candidates sat before and while they were calibrated: what they were guided by, no score.

CREATE TABLE IF NOT EXISTS {database}.faces_seen
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id' CODEC(ZSTD),
    question UInt32 COMMENT 'always 0',
    attempt UInt32 COMMENT 'counts calibrations; 0: before the first, nothing is measured',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'number of the frame' CODEC(Delta, ZSTD),
    at DateTime64(3, 'UTC') COMMENT 'when the frame was taken' CODEC(Delta, ZSTD),
    faces UInt16 COMMENT 'faces found; 0 is a result: the place is NULL',
    light Float64 COMMENT 'how bright the brightest parts of the picture are, 0 to 1',
    face_x Nullable(Float64) COMMENT 'middle of the nearest face, share of the width from the left',
    face_y Nullable(Float64) COMMENT 'middle of the nearest face, share of the height from the top',
    face_height Nullable(Float64) COMMENT 'height of the nearest face, share of the height',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived' CODEC(Delta, ZSTD),
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':face.seen:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 30 DAY
COMMENT 'Frames by which candidates were told how to sit, one a row';
