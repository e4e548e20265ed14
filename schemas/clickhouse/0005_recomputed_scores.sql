-- Every score once more, in SQL, from raw features and from the formula and zero point that the
-- answer started with. `difference` is the largest distance to a published value: rounding only.

CREATE OR REPLACE VIEW {database}.recomputed_scores AS
WITH
    opened AS
    (
        SELECT *
        FROM {database}.answers FINAL
        WHERE type = 'answer.started'
        ORDER BY session, question, attempt, epoch, seq
        LIMIT 1 BY session, question, attempt
    ),
    closed AS
    (
        SELECT
            session, question, attempt,
            max(arraySum(counts.frames)) AS frames,
            max(arraySum(counts.chunks)) AS chunks
        FROM {database}.answers FINAL
        WHERE type = 'answer.ended'
        GROUP BY session, question, attempt
    ),
    seen AS
    (
        SELECT
            session, question, attempt,
            assumeNotNull(gaze_yaw) AS gaze_yaw,
            assumeNotNull(gaze_pitch) AS gaze_pitch,
            assumeNotNull(head_yaw) AS head_yaw,
            assumeNotNull(head_pitch) AS head_pitch,
            assumeNotNull(head_roll) AS head_roll,
            assumeNotNull(smile) AS smile,
            tension,
            -- the first frame is steady: it is compared with itself
            abs(head_yaw - lagInFrame(head_yaw, 1, head_yaw) OVER previous) AS turn_yaw,
            abs(head_pitch - lagInFrame(head_pitch, 1, head_pitch) OVER previous) AS turn_pitch
        FROM {database}.vision_features FINAL
        WHERE question > 0 AND NOT failed AND faces >= 1
        WINDOW previous AS
        (
            PARTITION BY session, question, attempt ORDER BY epoch, seq
            ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
        )
    ),
    vision AS
    (
        SELECT
            seen.session AS session, seen.question AS question, seen.attempt AS attempt,
            count() AS frames_seen,
            avg(toFloat64(
                abs(seen.gaze_yaw - opened.baseline_gaze_yaw) <= opened.formula_gaze_yaw
                AND abs(seen.gaze_pitch - opened.baseline_gaze_pitch) <= opened.formula_gaze_pitch
            )) AS gaze_x,
            avg(toFloat64(
                abs(seen.head_yaw - opened.baseline_head_yaw) <= opened.formula_posture_yaw
                AND abs(seen.head_pitch - opened.baseline_head_pitch) <= opened.formula_posture_pitch
                AND abs(seen.head_roll - opened.baseline_head_roll) <= opened.formula_posture_roll
                AND turn_yaw <= opened.formula_posture_steady
                AND turn_pitch <= opened.formula_posture_steady
            )) AS posture_x,
            least(1., avg(least(1., greatest(0., seen.smile - opened.baseline_smile)))
                      / any(opened.formula_smile_full)) AS smile_x,
            avgOrNullIf(
                least(1., greatest(0.,
                    assumeNotNull(seen.tension) - ifNull(opened.baseline_tension, 0.))),
                seen.tension IS NOT NULL
            ) AS tension_x
        FROM seen
        INNER JOIN opened ON opened.session = seen.session
            AND opened.question = seen.question AND opened.attempt = seen.attempt
        GROUP BY session, question, attempt
    ),
    sound AS
    (
        SELECT
            session, question, attempt,
            count() AS chunks_heard,
            sum(samples) AS heard_samples,
            sum(rms * rms * samples) AS energy,
            sum(speaking_ratio * samples) AS spoken_samples
        FROM {database}.voice_features FINAL
        WHERE question > 0 AND NOT failed
        GROUP BY session, question, attempt
    ),
    speech AS
    (
        SELECT session, question, attempt, sum(speech_ms) AS speech_ms
        FROM {database}.transcript_segments FINAL
        GROUP BY session, question, attempt
    ),
    measured AS
    (
        SELECT
            published.session AS session,
            published.question AS question,
            published.attempt AS attempt,
            published.formula_version AS formula_version,
            published.stage AS stage,
            published.gaze AS published_gaze,
            published.voice AS published_voice,
            published.smile AS published_smile,
            published.posture AS published_posture,
            published.emotion AS published_emotion,
            published.total AS published_total,
            published.total_coverage AS published_total_coverage,
            if(closed.frames = 0, 0., least(1., vision.frames_seen / closed.frames)) AS face_coverage,
            if(closed.chunks = 0, 0., least(1., sound.chunks_heard / closed.chunks)) AS sound_coverage,
            vision.frames_seen > 0 AND face_coverage >= opened.formula_min_face_coverage AS face_enough,
            opened.policy != 'hiring' AS infers_emotion,
            if(sound.heard_samples = 0, 0., sqrt(sound.energy / sound.heard_samples)) AS loudness,
            if(sound.heard_samples = 0, 0., sound.spoken_samples / sound.heard_samples) AS talk,
            sound.heard_samples > 0
                AND sound_coverage >= opened.formula_min_audio_coverage
                AND talk >= opened.formula_min_speaking_ratio
                AND (published.stage = 'behaviour' OR speech.speech_ms >= opened.formula_min_speech_ms)
                AS sound_enough,
            least(100., greatest(40.,
                40 + 60 * (loudness - opened.formula_volume_floor)
                / (opened.formula_volume_full - opened.formula_volume_floor))) AS volume,
            least(100., greatest(40., 40 + 60 * talk / opened.formula_pace_full)) AS pace,
            if(face_enough, 40 + 60 * vision.gaze_x, NULL) AS gaze,
            if(sound_enough,
                opened.formula_volume_weight * volume + (1 - opened.formula_volume_weight) * pace,
                NULL) AS voice,
            if(face_enough, 40 + 60 * vision.smile_x, NULL) AS smile,
            if(face_enough, 40 + 60 * vision.posture_x, NULL) AS posture,
            if(face_enough AND infers_emotion, 100 - 100 * vision.tension_x, NULL) AS emotion,
            opened.formula_weights_gaze AS gaze_weight,
            opened.formula_weights_voice AS voice_weight,
            opened.formula_weights_smile AS smile_weight,
            opened.formula_weights_posture AS posture_weight,
            if(infers_emotion, opened.formula_weights_emotion, 0.) AS emotion_weight,
            opened.formula_min_total_coverage AS min_total_coverage
        FROM {database}.question_scores AS published FINAL
        INNER JOIN opened ON opened.session = published.session
            AND opened.question = published.question AND opened.attempt = published.attempt
        LEFT JOIN closed ON closed.session = published.session
            AND closed.question = published.question AND closed.attempt = published.attempt
        LEFT JOIN vision ON vision.session = published.session
            AND vision.question = published.question AND vision.attempt = published.attempt
        LEFT JOIN sound ON sound.session = published.session
            AND sound.question = published.question AND sound.attempt = published.attempt
        LEFT JOIN speech ON speech.session = published.session
            AND speech.question = published.question AND speech.attempt = published.attempt
    ),
    weighed AS
    (
        SELECT
            *,
            gaze_weight + voice_weight + smile_weight + posture_weight + emotion_weight AS all_weights,
            if(gaze IS NULL, 0., gaze_weight) + if(voice IS NULL, 0., voice_weight)
                + if(smile IS NULL, 0., smile_weight) + if(posture IS NULL, 0., posture_weight)
                + if(emotion IS NULL, 0., emotion_weight) AS present_weights,
            if(all_weights = 0, 0., present_weights / all_weights) AS total_coverage,
            if(present_weights = 0 OR total_coverage < min_total_coverage, NULL,
                (ifNull(gaze, 0.) * gaze_weight + ifNull(voice, 0.) * voice_weight
                 + ifNull(smile, 0.) * smile_weight + ifNull(posture, 0.) * posture_weight
                 + ifNull(emotion, 0.) * emotion_weight) / present_weights) AS total
        FROM measured
    )
SELECT
    session,
    question,
    attempt,
    formula_version,
    stage,
    gaze, voice, smile, posture, emotion, total,
    face_coverage, sound_coverage, total_coverage,
    published_gaze, published_voice, published_smile, published_posture, published_emotion,
    published_total, published_total_coverage,
    -- a value on one side and none on the other is as far apart as can be
    arrayMax(arrayMap(
        pair -> multiIf(pair.1 IS NULL AND pair.2 IS NULL, 0.,
                        pair.1 IS NULL OR pair.2 IS NULL, inf,
                        abs(assumeNotNull(pair.1) - assumeNotNull(pair.2))),
        [(gaze, published_gaze), (voice, published_voice), (smile, published_smile),
         (posture, published_posture), (emotion, published_emotion), (total, published_total),
         (total_coverage, published_total_coverage)]
    )) AS difference
FROM weighed
SETTINGS join_use_nulls = 0
COMMENT 'Scores recomputed in SQL from raw features; difference is the largest distance to the published value';
