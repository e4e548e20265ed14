/** Texts in Korean of interviews in writing: way in, answers, report. */
export default {
  "job.invite.typed": "글로 답변",
  "job.invite.typed.hint":
    "말을 하기 어렵거나 목소리를 들려주기 어려운 지원자를 위한 방식입니다. 지원자는 글로 답하며 마이크와 카메라를 요청하지 않습니다. 목소리와 표정에 대한 점수는 없고, 답변 평가는 그대로 진행됩니다.",
  "job.typed": "글로 답변",

  "welcome.steps.check.typed": "카메라와 마이크는 필요하지 않으며 켜지 않습니다.",
  "welcome.steps.answer.typed":
    "글로 답변합니다. 답변을 마칠 때까지 고칠 수 있고, 쓰는 동안 자동으로 저장됩니다. 다만 답변 시간은 정해져 있습니다.",
  "welcome.kept.texts.typed": "작성하신 글, 그에 대한 평가, 동의 내용",
  "consent.text": "글로 쓴 답변",
  "consent.text.what":
    "입력하신 글은 쓰는 동안 저장되며 답변으로 보관됩니다. 언어 모델이 이 글을 읽고 다음 질문을 만들며, 면접 담당자가 그렇게 설정한 경우에는 답변을 평가하기도 합니다. 입력하는 속도나 방식은 측정하지 않습니다.",
  "consent.text.refused":
    "거부하시면 면접을 진행할 수 없습니다. 답변이 없으면 면접을 할 수 없기 때문입니다. 아무것도 보관하지 않으며, 다른 방식의 면접을 요청할 수 있습니다.",
  "consent.unseen.typed":
    "이 면접은 카메라와 마이크 없이 진행합니다. 둘 다 사용하지 않으며, 그 때문에 불이익을 받지 않습니다.",
  "consent.withdraw.typed": "첫 답변을 시작하기 전까지 바꿀 수 있습니다. 그 뒤에는 면접에서 나갈 수 있습니다.",
  "error.not_asked_for": "페이지가 최신 상태가 아닙니다. 새로고침하세요.",

  "typed.joining": "면접에 연결하는 중…",
  "typed.joining.lead": "잠시 후 첫 질문이 여기에 나타납니다.",
  "typed.label": "내 답변",
  "typed.left": "남은 글자 수: {left}자",
  "typed.saved": "저장됨",
  "typed.saving": "저장하는 중…",
  "typed.waits": "쓰신 글은 그대로 있습니다.",
  "typed.offline": "연결이 끊어졌습니다. 쓰신 글은 이 페이지에 남아 있습니다.",
  "typed.on": "이어서 쓰기",
  "typed.turn": "편하게 쓰고, 다 쓰셨으면 ‘답변 완료’를 누르세요.",
  "typed.turn.lost": "연결이 끊어졌지만 쓰신 글은 남아 있습니다. 다시 연결되면 남은 시간 동안 이어서 쓰실 수 있습니다.",
  "typed.back": "다시 연결되었습니다. 쓰신 글은 그대로 있습니다. ‘이어서 쓰기’를 누르세요.",
  "typed.joined": "다른 창에서 쓰신 글과 여기에서 쓰신 글을 아래에 함께 두었습니다. 답변을 확인해 주세요.",
  "typed.leave": "지금 쓰고 있는 글은 답변으로 저장되지 않으며, 다시 들어올 수 없습니다.",
  "typed.superseded": "이 면접이 다른 창이나 기기에서 열려 그곳에서 이어지고 있습니다.",
  "typed.blocked": "서버는 응답하지만 연결이 이루어지지 않습니다. 방화벽이나 VPN이 WebRTC를 막고 있을 수 있습니다.",

  "command.typed": "글로 답변하는 면접입니다.",
  "command.not_typed": "말로 답변하는 면접입니다.",
  "command.not_ready": "면접을 아직 열고 있습니다.",
  "command.no_text": "글이 제대로 전달되지 않았습니다.",
  "command.text_too_long": "답변은 10,000자까지 쓸 수 있습니다. 조금 줄여 주세요.",

  "report.typed": "글로 답변함",
  "report.typed.words": "글로 답변함 · {words}단어",
  "report.typed.nothing": "아무것도 쓰지 않았습니다.",
  "report.typed.pending": "저장하는 중",
  "report.typed.table": "질문별 답변",
  "report.typed.ready": "모든 답변이 저장되었습니다.",
  "report.typed.waiting": "답변을 저장하고 있습니다. 이 페이지는 자동으로 갱신됩니다.",
  "report.scale.typed":
    "글로 쓴 답변입니다. 시선, 목소리, 미소, 자세와 총점은 잴 것이 없어 점수가 없습니다. 근거가 부족하다는 뜻이 아니며, 그 때문에 불이익을 받지 않습니다.",
};
