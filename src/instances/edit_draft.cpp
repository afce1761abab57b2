// Changes that a draft's people ask for, which no page types: another way through the form, and their own contact.
#include <algorithm>
#include <charconv>
#include <map>

#include "forms/path.h"
#include "instances/drafts.h"
#include "instances/prefill_sources.h"
#include "instances/use_case.h"

namespace alting::instances {

base::Status Drafts::go_way(const terms::Permit& permit, std::string_view way, base::Instant received,
                            std::string_view post_id) {
  if (!permit.instance()) return not_found();
  ALTING_TRY(once_id, read_post_id(post_id));
  const Request request{once_id, act_on(way_gone, permit.instance()->text() + "/" + std::string(way)), received};
  const auto gone = change_as_asked(permit, request, [&](Draft& draft) -> base::Result<std::string> {
    if (draft.at.parent)
      return base::make_error(base::ErrorKind::invalid, "error.form.way", "an addition has one page of its own");
    ALTING_TRY(data, draft.app->with_way(std::move(draft.data), way));
    draft.data = std::move(data);
    return std::string(way);
  });
  if (!gone) return gone.error();
  return {};
}

namespace {

// The declared fields where nothing stands and nothing is typed, with what they are to hold.
std::vector<std::pair<forms::Path, base::Json>> empty_fields(const Draft& draft, const forms::Prefilled& prefilled) {
  std::vector<std::pair<forms::Path, base::Json>> fields;
  for (const auto& [path, source] : prefilled.sources) {
    const auto* value = forms::value_at(prefilled.data, path);
    const bool typed = std::ranges::any_of(draft.rejected, [&](const auto& one) { return one.first.path == path; });
    if (value != nullptr && !typed && forms::is_empty(forms::value_at(draft.data, path)))
      fields.emplace_back(path, *value);
  }
  return fields;
}

}  // namespace

std::vector<forms::Path> Drafts::my_contact_fields(const terms::Permit& permit, const Draft& draft) {
  std::vector<forms::Path> paths;
  if (permit.actor().party == draft.at.party) return paths;
  // Whatever stands in the register: it is asked only when its owner wants it used.
  static constexpr std::string_view anything = "0";
  std::map<std::string, std::string> contact;
  for (const auto source : contact_source_names) contact.emplace(source, anything);
  for (auto& [path, value] : empty_fields(draft, draft.app->prefill(contact, with_.clock.now())))
    paths.push_back(std::move(path));
  return paths;
}

base::Result<std::size_t> Drafts::use_my_contact(const terms::Permit& permit, base::Instant received,
                                                 std::string_view post_id) {
  if (!permit.instance()) return not_found();
  ALTING_TRY(once_id, read_post_id(post_id));
  const auto contact = contact_sources(with_.parties, permit.actor());
  const Request request{once_id, act_on(contact_used, permit.instance()->text()), received};
  ALTING_TRY(filled, change_as_asked(permit, request, [&](Draft& draft) -> base::Result<std::string> {
               std::size_t count = 0;
               if (permit.actor().party == draft.at.party) return std::to_string(count);
               const auto prefilled = draft.app->prefill(contact, received);
               for (auto& [path, value] : empty_fields(draft, prefilled)) {
                 if (!forms::set_at(draft.data, path, std::move(value))) continue;
                 draft.sources[path] = prefilled.sources.at(path);
                 ++count;
               }
               return std::to_string(count);
             }));
  std::size_t count = 0;
  std::from_chars(filled.data(), filled.data() + filled.size(), count);
  return count;
}

}  // namespace alting::instances
