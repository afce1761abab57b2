#include "instances/submission.h"

#include "instances/attachment_infos.h"
#include "instances/form_json.h"

namespace alting::instances {

Matter matter_of(const Submission& notice) {
  return {.submissions = {notice}, .data = notice.document["data"], .later = later_from_json(notice.document["later"])};
}

std::vector<forms::Change> changes_of(const Submission& addition, const forms::App& app) {
  auto changes = changes_from_json(addition.document["changes"]);
  // Additions once carried what is said of themselves among the changes; it never becomes part of the matter.
  std::erase_if(changes, [&](const forms::Change& change) { return app.is_about_supplement(change.path); });
  return changes;
}

forms::FormContext context_of(const Matter& matter, base::Language language, base::Instant now) {
  forms::FormContext context;
  context.language = language;
  context.now = now;
  context.data = matter.data;
  context.later = matter.later;
  for (const auto& submission : matter.submissions) add_infos(context, submission.attachments);
  if (!matter.submissions.empty()) context.party["name"] = matter.submissions.front().party_name;
  return context;
}

}  // namespace alting::instances
