// What the form's rules may see: of a draft under work, and of a matter that was sent.
#include "instances/drafts.h"
#include "instances/submission.h"

namespace alting::instances {

namespace {

void add_infos(forms::FormContext& context, const std::vector<Attachment>& attachments) {
  for (const auto& one : attachments)
    context.attachments.push_back({one.id.text(), one.data_type, one.file_name, one.size, one.tag});
}

}  // namespace

forms::FormContext Drafts::context_of(const Draft& draft, base::Language language, base::Instant now) const {
  forms::FormContext context;
  context.language = language;
  context.now = now;
  context.data = draft.data;
  context.later = draft.later;
  add_infos(context, draft.attachments);
  context.supplement = draft.at.parent.has_value();
  context.before = draft.base;
  context.open = draft.base_later;
  context.sources = draft.sources;
  context.rejected = draft.rejected;
  if (const auto party = with_.parties.find(draft.at.party)) {
    context.party["name"] = party->name;
    context.party["orgNumber"] = party->organisation_number;
    context.party["instanceOwnerPartyType"] = party->kind == parties::PartyKind::person ? "person" : "org";
    context.party["instanceOwnerPartyId"] = std::to_string(party->id.value);
    context.party["instanceId"] = draft.at.id.text();
    context.party["appId"] = draft.at.app.text();
  }
  return context;
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
