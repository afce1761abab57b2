#include "instances/draft_copy.h"

#include "instances/document_parts.h"
#include "instances/drafts.h"
#include "instances/form_json.h"
#include "instances/use_case.h"

namespace alting::instances {

using base::Json;

std::string draft_document(const Draft& draft, base::Instant made_at) {
  const auto& app = *draft.app;
  Json document = Json::object({
      {"format", "alting.draft/1"},
      {"sent", false},
      {"app", draft.at.app.text()},
      {"appVersion", app.facts().version},
      {"instance", draft.at.id.text()},
      {"saved", base::to_rfc3339(draft.saved_at)},
      {"copied", base::to_rfc3339(made_at)},
  });
  if (draft.at.parent)
    add_addition(document, app, draft, draft.data);
  else
    document.set("data", draft.data);
  document.set("later", later_to_json(draft.later));
  document.set("unfit", forms::typed_to_json(draft.rejected));
  document.set("attachments", attachments_to_json(draft.attachments));
  return document.dump();
}

base::Result<DraftCopy> Drafts::copy(const terms::Permit& permit, base::Language language) {
  ALTING_TRY(draft, open(permit));
  const auto party = with_.parties.find(permit.party());
  if (!party) return not_found();
  const auto now = with_.clock.now();
  auto reading = draft.app->read(context_of(draft, language, now));
  auto bytes = draft_document(draft, now);
  return DraftCopy{.draft = std::move(draft),
                   .reading = std::move(reading),
                   .party_name = party->name,
                   .made_at = now,
                   .bytes = std::move(bytes)};
}

}  // namespace alting::instances
