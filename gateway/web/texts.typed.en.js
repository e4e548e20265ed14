/** Texts in English of interviews in writing: way in, answers, report. */
export default {
  "job.invite.typed": "Answers in writing",
  "job.invite.typed.hint":
    "For who does not speak or cannot be heard. The candidate types: neither microphone nor camera is asked for, and there are no scores of how something was said. Assessments work as usual.",
  "job.typed": "in writing",

  "welcome.steps.check.typed": "Your camera and microphone are not needed, and stay off.",
  "welcome.steps.answer.typed":
    "You answer by typing. You can change your text until you finish it, and it is saved while you write. Only your time is limited.",
  "welcome.kept.texts.typed": "What you write, what it is assessed as, and what you agreed to",
  "consent.text": "Your answers in writing",
  "consent.text.what":
    "What you type is saved while you write, and kept as your answer. A language model reads it to draw up the next questions and, where the owner of the interview has switched it on, to assess your answers. Nothing about how you type is measured.",
  "consent.text.refused":
    "If you refuse: without your answers there is no interview. Nothing is kept, and you can ask for another way to be interviewed.",
  "consent.unseen.typed":
    "This interview works without camera and microphone: yours are not used, and you lose nothing by that.",
  "consent.withdraw.typed":
    "You can change this until you start your first answer. After that you can leave the interview.",
  "error.not_asked_for": "This page is out of date. Reload it.",

  "typed.joining": "Connecting to the interview…",
  "typed.joining.lead": "The first question appears here in a moment.",
  "typed.label": "Your answer",
  "typed.left": "Characters left: {left}",
  "typed.saved": "Saved",
  "typed.saving": "Saving…",
  "typed.waits": "What you have written is kept.",
  "typed.offline": "Not connected: what you write stays on this page.",
  "typed.on": "Go on writing",
  "typed.turn": "Write in your own words, and press “I’m done” when you have finished.",
  "typed.turn.lost":
    "The connection is lost, your text is not. Once you are connected again, go on with it in the time that is left.",
  "typed.back": "You are connected again. What you have written is kept: press “Go on writing”.",
  "typed.joined":
    "What you wrote in another window and what you wrote here are both below. Please check your answer.",
  "typed.leave": "What you are writing now is not saved as an answer. You cannot come back.",
  "typed.superseded": "This interview was opened in another window or on another device, and goes on there.",
  "typed.blocked": "The server answers, but the connection does not get through. A firewall or VPN may block WebRTC.",

  "command.typed": "this is an interview in writing.",
  "command.not_typed": "answers of this interview are spoken.",
  "command.not_ready": "the interview is still being opened.",
  "command.no_text": "the text did not arrive as it should.",
  "command.text_too_long": "an answer has at most 10,000 characters. Please shorten it.",

  "report.typed": "answered in writing",
  "report.typed.words": "Answered in writing · words: {words}",
  "report.typed.nothing": "Nothing was written.",
  "report.typed.pending": "being stored",
  "report.typed.table": "Answers per question",
  "report.typed.ready": "All answers are here.",
  "report.typed.waiting": "Answers are still being stored. This page updates itself.",
  "report.scale.typed":
    "The answers were written. There is nothing of gaze, voice, smile, posture or a total to measure in them, so there are no such scores: that is no lack of evidence, and it lowers nothing.",
};
