#include "instances/submission.h"

#include "instances/attachment_infos.h"

namespace alting::instances {

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
