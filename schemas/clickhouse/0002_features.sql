-- What the workers measured. Float64 throughout: a score recomputed from these rows must meet the
-- same thresholds as the one that was published.

CREATE TABLE IF NOT EXISTS {database}.vision_features
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id' CODEC(ZSTD),
    question UInt32 COMMENT 'number of the question; 0: calibration',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'number of the frame' CODEC(Delta, ZSTD),
    at DateTime64(3, 'UTC') COMMENT 'when the frame was taken' CODEC(Delta, ZSTD),
    failed Bool COMMENT 'the frame could not be read or crashed the model',
    reason String COMMENT 'why it failed',
    faces UInt16 COMMENT 'faces found; 0 is a result: every measurement is NULL',
    head_yaw Nullable(Float64) COMMENT 'degrees, positive to the left of the candidate',
    head_pitch Nullable(Float64) COMMENT 'degrees, positive upwards',
    head_roll Nullable(Float64) COMMENT 'degrees, positive towards the left shoulder',
    gaze_yaw Nullable(Float64) COMMENT 'degrees from the camera, head and eyes together',
    gaze_pitch Nullable(Float64) COMMENT 'degrees from the camera, head and eyes together',
    smile Nullable(Float64) COMMENT '0 to 1',
    brow Nullable(Float64) COMMENT '0 to 1',
    mouth Nullable(Float64) COMMENT '0 to 1',
    tension Nullable(Float64) COMMENT '0 to 1; NULL under the policy hiring',
    emotion LowCardinality(Nullable(String)) COMMENT 'neutral, happy, sad or anxious; NULL under the policy hiring',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived' CODEC(Delta, ZSTD),
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':vision.features:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 1 YEAR
COMMENT 'One sampled video frame a row';

CREATE TABLE IF NOT EXISTS {database}.voice_features
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id' CODEC(ZSTD),
    question UInt32 COMMENT 'number of the question; 0: calibration',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'number of the audio chunk' CODEC(Delta, ZSTD),
    at DateTime64(3, 'UTC') COMMENT 'when the chunk began' CODEC(Delta, ZSTD),
    failed Bool COMMENT 'the chunk could not be read',
    reason String COMMENT 'why it failed',
    samples UInt32 COMMENT 'samples in the chunk at 16 kHz',
    rms Float64 COMMENT 'root mean square, 0 to 1',
    peak Float64 COMMENT 'largest amplitude, 0 to 1',
    speaking_ratio Float64 COMMENT 'share of samples above the speaking threshold, 0 to 1',
    pitch_hz Nullable(Float64) COMMENT 'fundamental frequency, Hz; NULL where there is none',
    pause_ms UInt32 COMMENT 'silence in the chunk, ms',
    clipped_ratio Float64 COMMENT 'share of samples at full scale, 0 to 1',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived' CODEC(Delta, ZSTD),
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':voice.features:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 1 YEAR
COMMENT 'One audio chunk a row';

CREATE TABLE IF NOT EXISTS {database}.transcript_segments
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'index of the first sample of the utterance at 16 kHz',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    text String COMMENT 'what was heard',
    words Array(Tuple(text String, start_ms UInt32, end_ms UInt32, probability Float64))
        COMMENT 'times in ms from the first sample of the answer',
    start_ms UInt32 COMMENT 'ms from the first sample of the answer',
    end_ms UInt32 COMMENT 'ms from the first sample of the answer',
    speech_ms UInt32 COMMENT 'speech found in the utterance, ms',
    avg_logprob Float64 COMMENT 'mean log probability of the tokens',
    no_speech_prob Float64 COMMENT 'probability that this is no speech, 0 to 1',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':transcript.segment:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'One utterance with speech a row';

CREATE TABLE IF NOT EXISTS {database}.transcript_finals
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    audio_ms UInt32 COMMENT 'sound transcribed, ms',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':transcript.final:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Answers whose transcript is complete';
