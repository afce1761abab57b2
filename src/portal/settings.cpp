#include "portal/settings.h"

#include "base/time.h"
#include "parties/organisation_number.h"

namespace alting::portal {
namespace {

base::Status refuse_setting(std::string why) {
  return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(why));
}

}  // namespace

std::vector<base::Setting> settings(Operator& into) {
  auto& accessible = into.accessibility;
  return {
      base::text("operator.name", into.name, "shown at the foot of each page, on the help and privacy pages")
          .required(),
      base::text("operator.email", into.email, "").required(),
      base::text("operator.phone", into.phone, "").fallback_in_words(""),
      base::text("operator.orgnr", into.organisation_number,
                 "organisation number of the operator, who is controller of what the portal itself keeps: shown on the "
                 "privacy page and the declaration of accessibility"),
      base::text("operator.dpo.name", into.dpo.name,
                 "the operator's data protection officer, shown on the privacy page (personvernforordningen art. 13 "
                 "no. 1 b, 37); a public body must have one"),
      base::text("operator.dpo.email", into.dpo.email, ""),
      base::text("operator.dpo.phone", into.dpo.phone, ""),
      base::text("operator.hosting", into.hosting,
                 "who runs the machines and in which country the data are, as the privacy page says it (art. 13 no. 1 "
                 "e and f): `\"Serverne står i Norge og drives av Drift AS.\"`"),
      base::one_of("accessibility.status", accessible.status,
                   {{"not_tested", Accessibility::not_tested},
                    {"partly", Accessibility::partly},
                    {"fully", Accessibility::fully},
                    {"not_at_all", Accessibility::not_at_all}},
                   "not_tested, partly, fully or not_at_all",
                   "what you found when you tested your installation, for the declaration of accessibility: "
                   "`not_tested`, `partly`, `fully`, `not_at_all`"),
      base::text("accessibility.tested", accessible.tested,
                 "the day of that test, `\"2026-11-28\"`; it is needed with a status other than `not_tested`"),
      base::text("accessibility.declaration", accessible.declaration,
                 "the address of your declaration at uustatus.no, which the page then links to"),
      base::whole("accessibility.answer_days", accessible.answer_days, {1, 60},
                  "days within which you answer who reports something that does not work, as the declaration promises"),
      base::list("accessibility.deviations", accessible.deviations,
                 "requirements that are not met, a sentence each; the declaration lists them beside those of the "
                 "program")};
}

base::Status check_settings(const Operator& given) {
  if (!given.organisation_number.empty() && !parties::check_organisation_number(given.organisation_number).kind)
    return refuse_setting("operator.orgnr: nine digits of which the last is the check digit");
  const auto& accessible = given.accessibility;
  if (!accessible.tested.empty() && !base::is_date(accessible.tested))
    return refuse_setting("accessibility.tested: a day, such as 2026-11-28");
  if ((accessible.status == Accessibility::not_tested) != accessible.tested.empty())
    return refuse_setting("accessibility.status and accessibility.tested belong together");
  if (!accessible.declaration.empty() && !accessible.declaration.starts_with("https://"))
    return refuse_setting("accessibility.declaration: an address that begins with https://");
  return {};
}

}  // namespace alting::portal
