/** Texts in English of a job's form, its preview, and of deleting a candidate's data. */
export default {
  "jobs.show-report": "Candidates see their scores and report at the end",
  "jobs.show-report.hint": "Otherwise they are thanked and told that people will read it and get in touch.",
  "jobs.limit": "Time for one answer, in seconds (optional)",
  "jobs.limit.hint": "From 10 to 3,600. Left empty, it is as long as this server allows.",
  "jobs.retakes": "How often an answer may be started over",
  "jobs.retakes.hint": "From 0 to 5 times for each question.",
  "jobs.rubric": "What answers are assessed for (optional)",
  "jobs.rubric.hint":
    "Up to eight criteria. Without any: structure, relevance, depth and clarity. Assessments need a model that the operator has set up.",
  "jobs.rubric.name": "Name, such as tools",
  "jobs.rubric.name.hint": "Small letters from a to z, digits and _, beginning with a letter",
  "jobs.rubric.meaning": "What a full answer shows",
  "jobs.rubric.add": "Add a criterion",
  "jobs.rubric.remove": "Remove",

  "job.edit": "Change this job",
  "job.edit.lead": "Interviews that candidates have opened already stay as they are.",
  "job.edit.go": "Save",
  "job.edit.done": "Saved.",
  "job.preview": "Preview as a candidate",
  "job.deleted.name": "Data deleted",
  "job.state.deleted": "deleted",
  "job.delete": "Delete data",
  "job.delete.title": "Delete everything about {name}?",
  "job.delete.lead":
    "An interview that is under way ends. Answers as text, scores, report, résumé, name and address are deleted. This cannot be undone.",
  "job.delete.kafka":
    "Copies in the message log are not deleted one by one: they expire within a week, and what could not be processed within four.",
  "job.delete.yes": "Delete",
  "job.delete.no": "Keep",
  "job.delete.done": "The data are deleted.",

  "preview.banner":
    "Preview: this is what a candidate sees first. No interview is made, and nothing is recorded or kept.",
  "preview.title": "The preview ends here",
  "preview.lead":
    "A candidate would now try camera, microphone and speaker, calibrate, and hear the first question.",
  "preview.job": "Back to the job",
  "preview.failed": "The preview cannot be shown",
};
