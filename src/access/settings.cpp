#include "access/settings.h"

#include "store/settings.h"

namespace alting::access {

std::vector<base::Setting> settings(RequestLimits& into, terms::Mode mode) {
  if (mode == terms::Mode::test) into.per_day *= store::more_in_test_mode;
  return {base::whole("access.requests_per_day", into.per_day, {1, 1'000'000},
                      "requests for access that one person may send in a day"),
          base::whole("access.open_requests", into.open_of_party, {1, 200},
                      "requests for access that may stand unanswered at one business")};
}

std::vector<base::Setting> settings(CertificateRole& into) {
  return {base::one_of<std::string>(
      "access.certificate_role", into.code, {{"UTINN", "UTINN"}, {"none", ""}}, "UTINN or none",
      "what an enterprise certificate holds for its organisation and the sub-units of that from its first login: "
      "`UTINN`, to fill in and send, or `none`; who manages the organisation's access narrows it further")};
}

std::vector<base::Setting> settings(RestrictionLimits& into) {
  return {base::whole("restriction.notice_days", into.notice_days, {1, 365},
                      "days between saying that a restriction will be lifted and lifting it, where no day is chosen")};
}

}  // namespace alting::access
