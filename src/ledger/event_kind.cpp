#include "ledger/event_kind.h"

#include <algorithm>
#include <stdexcept>

namespace alting::ledger {

namespace {

constexpr auto lasting = Retention::lasting;
constexpr auto passing = Retention::passing;

constexpr std::array<std::string_view, 3> titles(std::string_view nb, std::string_view nn, std::string_view en) {
  return {nb, nn, en};
}

// In the order of the names. A parameter is a string or an integer below 2^53, or a list or object of such. No
// parameter holds a name, a national id, an address or free text: those are `personal` fields, which stand salted in
// the entry.
const std::vector<EventKindInfo>& catalogue() {
  static const std::vector<EventKindInfo> all{
      {EventKind::access_delegated,
       "access.delegated",
       "event.access.delegated",
       "A role or a single form was given to another person.",
       {{"app", "the form, when it is only one (org/app)"},
        {"delegation", "id of the delegation"},
        {"role", "code of the role, when it is a role"},
        {"until", "when it ends by itself (RFC 3339)"}},
       {{"recipient", "party uuid of the one who got it"}, {"recipient_name", "their name"}},
       lasting,
       titles("Tilgang gitt", "Tilgang gjeven", "Access given")},
      {EventKind::access_withdrawn,
       "access.withdrawn",
       "event.access.withdrawn",
       "What was given was taken back.",
       {{"app", "the form, when it was only one (org/app)"},
        {"delegation", "id of the delegation"},
        {"reason", "code: withdrawn, renounced, expired"},
        {"role", "code of the role, when it was a role"}},
       {{"recipient", "party uuid of the one who had it"}, {"recipient_name", "their name"}},
       lasting,
       titles("Tilgang trukket tilbake", "Tilgang trekt tilbake", "Access withdrawn")},
      {EventKind::agency_listed,
       "agency.listed",
       "event.agency.listed",
       "The agency's staff listed what came in.",
       {{"app", "the form whose list it was (org/app)"},
        {"count", "how many were shown"},
        {"filter", "codes of the filter"},
        {"page", "which page"}},
       {},
       passing,
       titles("Etaten åpnet listen over innsendte skjema", "Etaten opna lista over innsende skjema",
              "The agency opened the list of forms received")},
      {EventKind::agency_read,
       "agency.read",
       "event.agency.read",
       "The agency's staff opened a submission, an addition or an attachment.",
       {{"element", "id of the data element, when one was opened"},
        {"element_kind", "code: form, supplement, attachment, receipt"},
        {"reference", "archive reference"}},
       {},
       lasting,
       titles("Etaten leste", "Etaten las", "The agency read")},
      {EventKind::instance_archived,
       "instance.archived",
       "event.instance.archived",
       "A sent form was moved to the archive, or back.",
       {{"folder", "code: archive, sent"}, {"reference", "archive reference"}},
       {},
       lasting,
       titles("Flyttet til arkivet", "Flytta til arkivet", "Moved to the archive")},
      {EventKind::instance_created,
       "instance.created",
       "event.instance.created",
       "A draft was made.",
       {{"supplements", "instance that it adds to, when it is an addition"}, {"version", "version of the form"}},
       {},
       passing,
       titles("Utkast opprettet", "Utkast oppretta", "Draft created")},
      {EventKind::instance_deleted,
       "instance.deleted",
       "event.instance.deleted",
       "A draft was thrown away.",
       {{"reason", "code: user, expired"}},
       {},
       passing,
       titles("Utkast slettet", "Utkast sletta", "Draft deleted")},
      {EventKind::job_run,
       "job.run",
       "event.job.run",
       "A background job of the closed list ran.",
       {{"count", "how many it treated"},
        {"job", "code of the job"},
        {"legal_basis", "on what ground it reads or changes"},
        {"run", "id of the run"}},
       {},
       passing,
       titles("Bakgrunnsjobb", "Bakgrunnsjobb", "Background job")},
      {EventKind::key_announced,
       "key.announced",
       "event.key.announced",
       "A new signing key of this log, under the old one.",
       {{"key", "verifier key of the new key"}},
       {},
       lasting,
       titles("Ny signeringsnøkkel", "Ny signeringsnøkkel", "New signing key")},
      {EventKind::log_created,
       "log.created",
       "event.log.created",
       "The first entry of a log.",
       {{"key", "verifier key of the first key"},
        {"mode", "test or production"},
        {"previous", "origin of the log before it, when there was one"}},
       {},
       lasting,
       titles("Loggen opprettet", "Loggen oppretta", "Log created")},
      {EventKind::own_read,
       "own.read",
       "event.own.read",
       "Someone who may see the party's matters read one; one record for each session.",
       {{"action", "XACML action-id"}, {"session", "public reference of the session"}},
       {},
       passing,
       titles("Åpnet", "Opna", "Opened")},
      {EventKind::register_imported,
       "register.imported",
       "event.register.imported",
       "A new generation of register data was switched on.",
       {{"generation", "number of the generation"},
        {"register", "code of the register"},
        {"rows", "how many rows"},
        {"sha256", "digest of the file"}},
       {},
       lasting,
       titles("Registerdata oppdatert", "Registerdata oppdaterte", "Register data updated")},
      {EventKind::session_closed,
       "session.closed",
       "event.session.closed",
       "Someone logged out, or was.",
       {{"reason", "code: user, idle, absolute, everywhere, issuer, operator"},
        {"session", "public reference of the session"}},
       {},
       passing,
       titles("Logget ut", "Logga ut", "Logged out")},
      {EventKind::session_opened,
       "session.opened",
       "event.session.opened",
       "Someone logged in.",
       {{"issuer", "the identity provider"},
        {"level", "level of assurance"},
        {"method", "eID used"},
        {"session", "public reference of the session"}},
       {},
       passing,
       titles("Logget inn", "Logga inn", "Logged in")},
      {EventKind::session_stepped_up,
       "session.stepped_up",
       "event.session.stepped_up",
       "Someone logged in again at a higher level.",
       {{"issuer", "the identity provider"},
        {"level", "level of assurance"},
        {"method", "eID used"},
        {"session", "public reference of the session"}},
       {},
       passing,
       titles("Logget inn på høyere nivå", "Logga inn på høgare nivå", "Logged in at a higher level")},
      {EventKind::submission_received,
       "submission.received",
       "event.submission.received",
       "A form was sent.",
       {{"app_version", "version of the form"},
        {"deadline", "end of the deadline (RFC 3339)"},
        {"in_time", "code: yes, no"},
        {"open_count", "how many are promised, when open_fields has no room for them all"},
        {"open_fields", "paths promised for later"},
        {"reference", "archive reference"}},
       {{"reporter", "name of the contact person, when the form declares one"}},
       lasting,
       titles("Skjema sendt inn", "Skjema sendt inn", "Form sent")},
      {EventKind::supplement_received,
       "supplement.received",
       "event.supplement.received",
       "An addition to a sent form was sent.",
       {{"app_version", "version of the form"},
        {"deadline", "end of the deadline (RFC 3339)"},
        {"in_time", "code: yes, no"},
        {"open_count", "how many are still promised, when open_fields has no room for them all"},
        {"open_fields", "paths still promised for later"},
        {"reference", "archive reference"},
        {"supplements", "instance that it adds to"},
        {"supplements_reference", "and its archive reference"}},
       {{"reporter", "name of the contact person, when the form declares one"}},
       lasting,
       titles("Tillegg sendt inn", "Tillegg sendt inn", "Addition sent")},
  };
  return all;
}

}  // namespace

std::span<const EventKindInfo> event_catalogue() { return catalogue(); }

const EventKindInfo& info(EventKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  if (index < catalogue().size() && catalogue()[index].kind == kind) return catalogue()[index];
  const auto found =
      std::find_if(catalogue().begin(), catalogue().end(), [&](const EventKindInfo& one) { return one.kind == kind; });
  if (found == catalogue().end()) throw std::logic_error("an event kind is not in the catalogue");
  return *found;
}

std::optional<EventKind> event_kind_from(std::string_view name) {
  for (const auto& one : catalogue())
    if (one.name == name) return one.kind;
  return std::nullopt;
}

std::optional<std::string> undeclared(EventKind kind, const base::Json& parameters,
                                      const std::vector<std::pair<std::string, std::string>>& personal) {
  const auto& declared = info(kind);
  const auto has = [](const std::vector<EventParameter>& all, std::string_view name) {
    return std::any_of(all.begin(), all.end(), [&](const EventParameter& one) { return one.name == name; });
  };
  if (!parameters.is_object() && !parameters.is_null()) return "(the parameters are no object)";
  if (parameters.is_object())
    for (const auto& [name, value] : parameters.members())
      if (!has(declared.parameters, name)) return name;
  for (const auto& [name, value] : personal)
    if (!has(declared.personal, name)) return name;
  return std::nullopt;
}

}  // namespace alting::ledger
