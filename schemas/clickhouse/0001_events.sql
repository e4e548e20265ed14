-- Raw events, one table a family. `type` tells members apart; a column that a type does not carry
-- holds its default. Every table is deduplicated by the event's id and keeps the record with the
-- lowest offset, as every other consumer does: read with FINAL.
-- Lifetimes count from the insert, so that a recording of last year can be replayed.

CREATE TABLE IF NOT EXISTS {database}.session_events
(
    type LowCardinality(String) COMMENT 'session.*, calibration.started or calibration.ended',
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT '0: calibration or session',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'counts events of one kind within epoch and attempt',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    language LowCardinality(String) COMMENT 'ISO 639-1; session.started, calibration.started',
    policy LowCardinality(String) COMMENT 'practice or hiring; session.started, calibration.started',
    questions UInt16 COMMENT 'questions planned; session.started',
    position String COMMENT 'position applied for; session.started',
    company String COMMENT 'company applied to; session.started',
    reason String COMMENT 'why; session.disconnected, session.ended',
    counts Array(Tuple(epoch UInt32, frames UInt32, chunks UInt32))
        COMMENT 'media records acknowledged by the broker; calibration.ended',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':', type, ':', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, type, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'What the gateway said about sessions and calibrations';

CREATE TABLE IF NOT EXISTS {database}.calibrations
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'always 0',
    attempt UInt32 COMMENT 'counts calibrations of the session',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    ok Bool COMMENT 'whether the zero point was found',
    problems Array(LowCardinality(String)) COMMENT 'why not: no_face, several_faces, quiet_microphone, no_media',
    baseline_gaze_yaw Float64 COMMENT 'degrees',
    baseline_gaze_pitch Float64 COMMENT 'degrees',
    baseline_head_yaw Float64 COMMENT 'degrees',
    baseline_head_pitch Float64 COMMENT 'degrees',
    baseline_head_roll Float64 COMMENT 'degrees',
    baseline_smile Float64 COMMENT '0 to 1',
    baseline_tension Nullable(Float64) COMMENT '0 to 1; NULL where the policy does not infer it',
    frames UInt32 COMMENT 'frames of the calibration',
    faces UInt32 COMMENT 'frames with exactly one face',
    rms Float64 COMMENT 'root mean square of the sound, 0 to 1',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':calibration.completed:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Zero points of candidates';

CREATE TABLE IF NOT EXISTS {database}.questions
(
    type LowCardinality(String) COMMENT 'question.requested or question.asked',
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'counts events of one kind within epoch and attempt',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    total UInt16 COMMENT 'questions planned; question.requested',
    position String COMMENT 'position applied for; question.requested',
    company String COMMENT 'company applied to; question.requested',
    facts Array(String) COMMENT 'fitting lines of the resume; question.requested',
    history Array(Tuple(question String, answer String)) COMMENT 'asked and heard so far; question.requested',
    text String COMMENT 'the question; question.asked',
    engine LowCardinality(String) COMMENT 'what made it; question.asked',
    source LowCardinality(String) COMMENT 'bank, model, template or fixed; question.asked',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':', type, ':', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, type, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Questions requested and asked';

CREATE TABLE IF NOT EXISTS {database}.answers
(
    type LowCardinality(String) COMMENT 'answer.started, answer.ended or answer.abandoned',
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1; 0: an abandoned calibration',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'counts events of one kind within epoch and attempt',
    at DateTime64(3, 'UTC') COMMENT 'event time; of answer.ended: where the scoring lag begins',
    language LowCardinality(String) COMMENT 'ISO 639-1; answer.started',
    policy LowCardinality(String) COMMENT 'practice or hiring; answer.started',
    text String COMMENT 'the question being answered; answer.started',
    formula_weights_gaze Float64 COMMENT 'weight in the total; answer.started',
    formula_weights_voice Float64 COMMENT 'weight in the total; answer.started',
    formula_weights_smile Float64 COMMENT 'weight in the total; answer.started',
    formula_weights_posture Float64 COMMENT 'weight in the total; answer.started',
    formula_weights_emotion Float64 COMMENT 'weight in the total; answer.started',
    formula_gaze_yaw Float64 COMMENT 'half width of the gaze centre, degrees',
    formula_gaze_pitch Float64 COMMENT 'half height of the gaze centre, degrees',
    formula_posture_yaw Float64 COMMENT 'half width of the head band, degrees',
    formula_posture_pitch Float64 COMMENT 'half height of the head band, degrees',
    formula_posture_roll Float64 COMMENT 'largest tilt of the head, degrees',
    formula_posture_steady Float64 COMMENT 'largest turn between frames, degrees',
    formula_smile_full Float64 COMMENT 'mean smile that earns 100',
    formula_volume_floor Float64 COMMENT 'RMS that earns 40',
    formula_volume_full Float64 COMMENT 'RMS that earns 100',
    formula_pace_full Float64 COMMENT 'speaking ratio that earns 100',
    formula_volume_weight Float64 COMMENT 'share of volume in voice',
    formula_min_face_coverage Float64 COMMENT 'below it vision has no score',
    formula_min_audio_coverage Float64 COMMENT 'below it voice has no score',
    formula_min_speaking_ratio Float64 COMMENT 'below it voice has no score',
    formula_min_speech_ms UInt32 COMMENT 'below it voice has no final score',
    formula_min_total_coverage Float64 COMMENT 'below it there is no total',
    baseline_gaze_yaw Float64 COMMENT 'degrees; answer.started',
    baseline_gaze_pitch Float64 COMMENT 'degrees; answer.started',
    baseline_head_yaw Float64 COMMENT 'degrees; answer.started',
    baseline_head_pitch Float64 COMMENT 'degrees; answer.started',
    baseline_head_roll Float64 COMMENT 'degrees; answer.started',
    baseline_smile Float64 COMMENT '0 to 1; answer.started',
    baseline_tension Nullable(Float64) COMMENT '0 to 1; NULL where the policy does not infer it',
    started_at DateTime64(3, 'UTC') COMMENT 'when the answer started; answer.ended',
    counts Array(Tuple(epoch UInt32, frames UInt32, chunks UInt32))
        COMMENT 'media records acknowledged by the broker; answer.ended',
    reason String COMMENT 'why; answer.ended, answer.abandoned',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':', type, ':', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, type, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Answers opened, closed and given up, with all that a score depends on besides evidence';
