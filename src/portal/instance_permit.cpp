#include "portal/instance_permit.h"

namespace alting::portal {

using base::ErrorKind;

base::Result<Allowed> allow(const View& view, instances::Instances& instances, std::string_view path_name,
                            terms::Action action) {
  const auto id = terms::InstanceId::parse(view.request.value(path_name));
  if (!id) return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  ALTING_TRY(at, instances.locate(view.party->id, *id));
  const auto decide = [&](terms::Action what) { return view.site.decider.decide(view.actor(), what, at.target()); };
  auto permit = decide(action);
  if (permit) return Allowed{std::move(*permit), std::move(at)};
  const bool forbidden = permit.error().kind == ErrorKind::forbidden;
  // Who may not even read it does not learn that it exists.
  if (forbidden && (action == terms::Action::read || !decide(terms::Action::read)))
    return base::make_error(ErrorKind::not_found, "error.instance.not_found", std::string(not_theirs));
  return std::move(permit.error());
}

}  // namespace alting::portal
