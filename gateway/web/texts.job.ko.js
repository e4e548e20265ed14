/** Texts in Korean of a job's form, its preview, and of deleting a candidate's data. */
export default {
  "jobs.show-report": "면접이 끝나면 지원자에게 점수와 보고서를 보여 줍니다",
  "jobs.show-report.hint": "선택하지 않으면 감사 인사와 함께, 담당자가 읽고 연락한다는 안내만 보여 줍니다.",
  "jobs.limit": "답변 하나의 시간, 초 단위 (선택)",
  "jobs.limit.hint": "10초에서 3,600초까지입니다. 비워 두면 이 서버에서 정한 시간을 따릅니다.",
  "jobs.retakes": "답변을 다시 시작할 수 있는 횟수",
  "jobs.retakes.hint": "질문마다 0회에서 5회까지입니다.",
  "jobs.rubric": "답변 평가 기준 (선택)",
  "jobs.rubric.hint":
    "최대 여덟 개입니다. 정하지 않으면 구성, 관련성, 깊이, 명료함을 봅니다. 평가하려면 운영자가 설정한 모델이 필요합니다.",
  "jobs.rubric.name": "이름 (예: tools)",
  "jobs.rubric.name.hint": "영문 소문자로 시작하며 영문 소문자, 숫자, _만 쓸 수 있습니다",
  "jobs.rubric.meaning": "충분한 답변에서 드러나는 것",
  "jobs.rubric.add": "기준 추가",
  "jobs.rubric.remove": "삭제",

  "job.edit": "공고 수정하기",
  "job.edit.lead": "지원자가 이미 연 면접은 바뀌지 않습니다.",
  "job.edit.go": "저장",
  "job.edit.done": "저장했습니다.",
  "job.preview": "지원자 화면 미리 보기",
  "job.deleted.name": "정보 삭제됨",
  "job.state.deleted": "삭제됨",
  "job.delete": "정보 삭제",
  "job.delete.title": "{name} 님의 정보를 모두 삭제할까요?",
  "job.delete.lead":
    "진행 중인 면접은 종료됩니다. 답변의 글, 점수, 보고서, 이력서, 이름과 주소를 삭제하며, 되돌릴 수 없습니다.",
  "job.delete.kafka":
    "메시지 기록에 남은 사본은 하나씩 지우지 않고 기한이 지나면 없어집니다. 대부분 일주일, 처리하지 못한 것은 4주 안에 없어집니다.",
  "job.delete.yes": "삭제하기",
  "job.delete.no": "취소",
  "job.delete.done": "정보를 삭제했습니다.",

  "preview.banner":
    "미리 보기: 지원자가 처음 보게 될 화면입니다. 면접은 만들어지지 않으며, 아무것도 기록하거나 보관하지 않습니다.",
  "preview.title": "미리 보기는 여기까지입니다",
  "preview.lead": "지원자는 이제 카메라, 마이크, 스피커를 점검하고 보정을 마친 뒤 첫 질문을 듣게 됩니다.",
  "preview.job": "공고로 돌아가기",
  "preview.failed": "미리 보기를 열 수 없습니다",
};
