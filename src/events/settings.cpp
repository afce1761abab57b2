#include "events/settings.h"

namespace alting::events {

std::vector<base::Setting> settings(EventsOptions& into) {
  return {
      base::list("events.hosts", into.http.allowed_hosts,
                 "the hosts that webhooks may go to, `varsel.example.no` or `varsel.example.no:8443`; none: all that "
                 "resolve to addresses outside private networks"),
      base::list("events.inside_hosts", into.http.inside_hosts,
                 "test mode only: hosts that webhooks may go to though they stand inside, `localhost:9000`, over "
                 "plain http too"),
      base::path("events.ca_file", into.http.ca_file, "certificates (PEM) that the end points' own are checked against")
          .fallback_in_words("the system's"),
      base::whole("events.troubled_senders", into.troubled_senders, {1, 256},
                  "threads that wait for end points that are slow or down; the others have threads of their own")};
}

}  // namespace alting::events
