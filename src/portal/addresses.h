// Every address of the portal: the patterns of its routes, the addresses that are made of them, and what is read out of
// one. No other file of the room writes an address (script/lib/addresses.py fails the build), so that one can be changed,
// or found, in one place.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "inbox/inbox.h"
#include "login/addresses.h"
#include "net/address.h"
#include "terms/ids.h"

namespace alting::portal {

// What stands in braces in a pattern (web::Request::value).
namespace place {
inline constexpr std::string_view party = "party", instance = "instance", page = "page", element = "element",
                                  org = "org", app = "app", delegation = "delegation", request = "request",
                                  block = "block", reference = "reference", code = "code", certificate = "certificate",
                                  client = "client", supplier = "supplier", subscription = "subscription",
                                  batch = "batch", message = "message", file = "file", address = "address",
                                  mail = "mail", copy = "copy", erasure = "erasure", claim = "claim",
                                  restriction = "restriction";
}  // namespace place

// The parameters of queries (web::Request::query_value), and the values that are codes.
namespace parameter {
using login::parameter::back_to, login::parameter::level, login::parameter::remember;
inline constexpr std::string_view asked = "spurt";  // a box was there to be ticked
inline constexpr std::string_view search = "q", after = "etter";
inline constexpr std::string_view folder = "mappe";
inline constexpr std::string_view order = "sorter", by_received = "mottatt", by_deadline = "frist";
inline constexpr std::string_view form = "skjema";
inline constexpr std::string_view event_kind = "type";
inline constexpr std::string_view role = "rolle", organisation_number = "orgnr";  // of what is asked for, and where
inline constexpr std::string_view chosen = "valgt", all = "alle";                 // rows of a list
inline constexpr std::string_view party = "part", with_deleted = "slettede", yes = "ja", no = "nei";
inline constexpr std::string_view from = "fra", overview = "oversikt", first_page = "start";
inline constexpr std::string_view notice = "melding", new_questions = "nye", no_contact = "ingen-kontakt";
inline constexpr std::string_view done_by = "gjort";  // the one-time id of the post before (View::did)
inline constexpr std::string_view identity_number = "fnr", included = "med";
inline constexpr std::string_view given = "gitt";      // whose page says what came of it
inline constexpr std::string_view task = "nr";         // which of the texts to begin from
inline constexpr std::string_view answer_to = "svar";  // the message whose answer is answered
inline constexpr std::string_view answers = "svarer";  // the message that a form is begun as the answer to
inline constexpr std::string_view only = "bare";       // which recipients of what was sent
inline constexpr std::string_view agency = "etat", standing = "status", first_day = "fra-dag", last_day = "til-dag";
inline constexpr std::string_view act = "hva";     // which of a message's receipts
inline constexpr std::string_view right = "rett";  // which right one asks for
}  // namespace parameter

// The patterns. Those without a place are addresses as they stand.
namespace route {
using login::route::front, login::route::log_in;
inline constexpr std::string_view language = "/sprak/{code}";
inline constexpr std::string_view privacy = "/personvern";
inline constexpr std::string_view cookies = "/personvern/informasjonskapsler";
inline constexpr std::string_view accessibility = "/tilgjengelighet";
inline constexpr std::string_view help = "/hjelp";
inline constexpr std::string_view help_on_roles = "/hjelp/roller";
inline constexpr std::string_view status = "/status";
inline constexpr std::string_view verify = "/kvittering";
inline constexpr std::string_view catalogue = "/skjema";
inline constexpr std::string_view service = "/skjema/{org}/{app}";
inline constexpr std::string_view printed_form = "/skjema/{org}/{app}/utskrift";  // to fill in on paper

inline constexpr std::string_view profile = "/profil";
inline constexpr std::string_view end_session = "/profil/innlogging/{reference}/avslutt";
inline constexpr std::string_view session = "/okt";  // what the script of a page asks
inline constexpr std::string_view my_activity = "/aktivitet";
inline constexpr std::string_view choose_party = "/aktor";
inline constexpr std::string_view chosen_party = "/aktor/velg";
inline constexpr std::string_view favourite_party = "/aktor/favoritt";
inline constexpr std::string_view notices = "/profil/varsler";  // what one was told by e-mail
inline constexpr std::string_view all_inboxes = "/innboks";     // of all that one acts for
inline constexpr std::string_view chosen_of_all = "/innboks/valgte";
inline constexpr std::string_view some_access = "/tilgang";    // of a party that is chosen first
inline constexpr std::string_view ask_access = "/tilgang/be";  // of a business where one has none
inline constexpr std::string_view withdraw_request = "/tilgang/be/{request}/trekk";
inline constexpr std::string_view renounce_access = "/tilgang/{delegation}/fraskriv";

inline constexpr std::string_view home_of_party = "/a/{party}";
inline constexpr std::string_view inbox = "/a/{party}/innboks";
inline constexpr std::string_view chosen_rows = "/a/{party}/innboks/valgte";
inline constexpr std::string_view access = "/a/{party}/tilgang";
inline constexpr std::string_view give_access = "/a/{party}/tilgang/gi";
inline constexpr std::string_view withdraw_access = "/a/{party}/tilgang/{delegation}/trekk";
inline constexpr std::string_view access_request = "/a/{party}/tilgang/foresporsel/{request}";
inline constexpr std::string_view approve_request = "/a/{party}/tilgang/foresporsel/{request}/godta";
inline constexpr std::string_view refuse_request = "/a/{party}/tilgang/foresporsel/{request}/avsla";
inline constexpr std::string_view block_asker = "/a/{party}/tilgang/foresporsel/{request}/sperr";
inline constexpr std::string_view unblock_asker = "/a/{party}/tilgang/sperret/{block}/opphev";
inline constexpr std::string_view certificates = "/a/{party}/tilgang/sertifikat";
inline constexpr std::string_view end_certificate = "/a/{party}/tilgang/sertifikat/{certificate}/avslutt";
inline constexpr std::string_view activity = "/a/{party}/aktivitet";
inline constexpr std::string_view catalogue_of_party = "/a/{party}/skjema";
inline constexpr std::string_view service_of_party = "/a/{party}/skjema/{org}/{app}";
inline constexpr std::string_view start_service = "/a/{party}/skjema/{org}/{app}/start";

inline constexpr std::string_view draft = "/a/{party}/utkast/{instance}";
inline constexpr std::string_view draft_page = "/a/{party}/utkast/{instance}/side/{page}";
inline constexpr std::string_view autosave = "/a/{party}/utkast/{instance}/side/{page}/lagre";
inline constexpr std::string_view draft_attachment = "/a/{party}/utkast/{instance}/vedlegg/{element}";
inline constexpr std::string_view overview = "/a/{party}/utkast/{instance}/oversikt";
inline constexpr std::string_view send = "/a/{party}/utkast/{instance}/send";
inline constexpr std::string_view discard = "/a/{party}/utkast/{instance}/slett";
inline constexpr std::string_view printed_draft = "/a/{party}/utkast/{instance}/utskrift";
inline constexpr std::string_view draft_json = "/a/{party}/utkast/{instance}/utkast.json";
inline constexpr std::string_view draft_pdf = "/a/{party}/utkast/{instance}/utkast.pdf";

inline constexpr std::string_view matter = "/a/{party}/sak/{instance}";
inline constexpr std::string_view archive = "/a/{party}/sak/{instance}/arkiv";
inline constexpr std::string_view remove_matter = "/a/{party}/sak/{instance}/slett";
inline constexpr std::string_view bring_back_matter = "/a/{party}/sak/{instance}/tilbake";
inline constexpr std::string_view receipt = "/a/{party}/sak/{instance}/kvittering";
inline constexpr std::string_view receipt_json = "/a/{party}/sak/{instance}/kvittering.json";
inline constexpr std::string_view receipt_pdf = "/a/{party}/sak/{instance}/kvittering.pdf";
inline constexpr std::string_view task_text = "/a/{party}/sak/{instance}/tekst.txt";
inline constexpr std::string_view form_json = "/a/{party}/sak/{instance}/skjema.json";
inline constexpr std::string_view form_pdf = "/a/{party}/sak/{instance}/skjema.pdf";
inline constexpr std::string_view attachment = "/a/{party}/sak/{instance}/vedlegg/{element}";

// What a party has received.
inline constexpr std::string_view message = "/a/{party}/melding/{message}";
inline constexpr std::string_view message_file = "/a/{party}/melding/{message}/vedlegg/{file}";
inline constexpr std::string_view confirm_message = "/a/{party}/melding/{message}/bekreft";
inline constexpr std::string_view answer_message = "/a/{party}/melding/{message}/svar";
inline constexpr std::string_view move_message = "/a/{party}/melding/{message}/arkiv";
inline constexpr std::string_view remove_message = "/a/{party}/melding/{message}/slett";
inline constexpr std::string_view message_receipt_json = "/a/{party}/melding/{message}/kvittering.json";
inline constexpr std::string_view message_receipt_pdf = "/a/{party}/melding/{message}/kvittering.pdf";

inline constexpr std::string_view queue = "/etat/{org}";
inline constexpr std::string_view agency_matter = "/etat/{org}/sak/{party}/{instance}";
inline constexpr std::string_view agency_form_json = "/etat/{org}/sak/{party}/{instance}/skjema.json";
inline constexpr std::string_view agency_attachment = "/etat/{org}/sak/{party}/{instance}/vedlegg/{element}";

// What is asked of an agency about somebody's data, what it has restricted, and what is opened all the same.
inline constexpr std::string_view agency_claims = "/etat/{org}/krav";
inline constexpr std::string_view agency_claim = "/etat/{org}/krav/{claim}";
inline constexpr std::string_view lift_restriction = "/etat/{org}/krav/begrensning/{restriction}/opphev";
inline constexpr std::string_view open_restricted = "/etat/{org}/sak/{party}/{instance}/begrenset";
inline constexpr std::string_view open_restricted_message =
    "/etat/{org}/meldinger/{batch}/mottaker/{message}/begrenset";

// How an agency's own systems come in, and what they are told.
inline constexpr std::string_view interfaces = "/etat/{org}/grensesnitt";
inline constexpr std::string_view add_client = "/etat/{org}/grensesnitt/nokkel";
inline constexpr std::string_view end_client = "/etat/{org}/grensesnitt/nokkel/{client}/avslutt";
inline constexpr std::string_view add_supplier = "/etat/{org}/grensesnitt/leverandor";
inline constexpr std::string_view end_supplier = "/etat/{org}/grensesnitt/leverandor/{supplier}/trekk";
inline constexpr std::string_view add_subscription = "/etat/{org}/grensesnitt/abonnement";
inline constexpr std::string_view subscription = "/etat/{org}/grensesnitt/abonnement/{subscription}";
inline constexpr std::string_view end_subscription = "/etat/{org}/grensesnitt/abonnement/{subscription}/avslutt";
inline constexpr std::string_view check_subscription = "/etat/{org}/grensesnitt/abonnement/{subscription}/proving";
inline constexpr std::string_view replay_subscription = "/etat/{org}/grensesnitt/abonnement/{subscription}/igjen";

// One's rights over one's data, and those of a business.
inline constexpr std::string_view rights = "/a/{party}/personvern";
inline constexpr std::string_view data_copies = "/a/{party}/personvern/kopi";
inline constexpr std::string_view data_copy = "/a/{party}/personvern/kopi/{copy}";
inline constexpr std::string_view delete_data_copy = "/a/{party}/personvern/kopi/{copy}/slett";
inline constexpr std::string_view erase_all = "/a/{party}/personvern/slett";
inline constexpr std::string_view erasure_certificate = "/a/{party}/personvern/slett/{erasure}";
inline constexpr std::string_view correct_data = "/a/{party}/personvern/rett";
inline constexpr std::string_view claims = "/a/{party}/personvern/krav";
inline constexpr std::string_view withdraw_claim = "/a/{party}/personvern/krav/{claim}/trekk";

// What an agency writes.
inline constexpr std::string_view sent_messages = "/etat/{org}/meldinger";
inline constexpr std::string_view write_message = "/etat/{org}/meldinger/ny";
inline constexpr std::string_view sent_batch = "/etat/{org}/meldinger/{batch}";
inline constexpr std::string_view recall_batch = "/etat/{org}/meldinger/{batch}/trekk";
inline constexpr std::string_view sent_file = "/etat/{org}/meldinger/{batch}/vedlegg/{file}";
inline constexpr std::string_view sent_recipient = "/etat/{org}/meldinger/{batch}/mottaker/{message}";
inline constexpr std::string_view answer_file = "/etat/{org}/meldinger/{batch}/mottaker/{message}/vedlegg/{file}";

// Where a business is told that something waits.
inline constexpr std::string_view contact = "/a/{party}/varsling";
inline constexpr std::string_view party_notices = "/a/{party}/varsling/varsler";
inline constexpr std::string_view add_address = "/a/{party}/varsling/ny";
inline constexpr std::string_view verify_address = "/a/{party}/varsling/{address}/kode";
inline constexpr std::string_view address_services = "/a/{party}/varsling/{address}/tjenester";
inline constexpr std::string_view remove_address = "/a/{party}/varsling/{address}/fjern";

// Where one of an agency's staff is told that something came.
inline constexpr std::string_view staff_contact = "/etat/{org}/varsling";
inline constexpr std::string_view add_staff_address = "/etat/{org}/varsling/ny";
inline constexpr std::string_view verify_staff_address = "/etat/{org}/varsling/{address}/kode";
inline constexpr std::string_view staff_address_services = "/etat/{org}/varsling/{address}/tjenester";
inline constexpr std::string_view remove_staff_address = "/etat/{org}/varsling/{address}/fjern";

// Of the demo.
inline constexpr std::string_view mail_copies = "/test/epost";
inline constexpr std::string_view mail_copy = "/test/epost/{mail}";

// Of other rooms: login, the public log, what machines ask.
using login::route::log_out, login::route::log_out_everywhere;
inline constexpr std::string_view log_keys = "/log/vkeys";
inline constexpr std::string_view openapi = "/openapi.json";
inline constexpr std::string_view storage_interface = "/storage/api/v1", events_interface = "/events/api/v1";
}  // namespace route

// What follows "/a/{party}" in an address of a party, to be looked for or gone on to (page_set.h, Elsewhere).
namespace below_party {
inline constexpr std::string_view inbox = "/innboks", access = "/tilgang", contact = "/varsling",
                                  rights = "/personvern";
inline constexpr std::string_view drafts = "/utkast/", matters = "/sak/", messages = "/melding/",
                                  acts_of_access = "/tilgang/", acts_of_inbox = "/innboks/",
                                  acts_of_contact = "/varsling/", acts_of_rights = "/personvern/";
}  // namespace below_party

// The pattern with its places filled, in their order; they are written as they are. Throws when it has more or fewer.
[[nodiscard]] std::string filled(std::string_view pattern, std::initializer_list<std::string_view> places);
// net::with_query, with the addresses of this site in it to be read as they are.
[[nodiscard]] std::string with_query(std::string_view address, const net::Parameters& parameters);

// A path of this site to come back to, or `fallback` when what was given is anything else.
[[nodiscard]] std::string local_path(std::string_view given, std::string_view fallback);
// Whether this is the address of a page, or of one below it.
[[nodiscard]] bool is_at(std::string_view path, std::string_view page);
// The form whose start page this is, "/skjema/{org}/{app}"; nothing of another address.
[[nodiscard]] std::optional<terms::AppId> form_at(std::string_view address);
// Whether it is a page of an agency's staff.
[[nodiscard]] bool is_agencys(std::string_view path);
// "/sak/..." of "/a/{party}/sak/...".
[[nodiscard]] std::string_view rest_below_party(std::string_view path);

[[nodiscard]] std::string_view folder_code(inbox::Folder folder);
[[nodiscard]] inbox::Folder folder_of(std::string_view code);  // what is under work, where it is no folder's

[[nodiscard]] std::string log_in_address(std::string_view back_to, std::string_view level = {});
// Where one logs in once more, also with a session, and comes back.
[[nodiscard]] std::string fresh_log_in_address(std::string_view back_to);
[[nodiscard]] std::string choose_party_address(std::string_view back_to);
[[nodiscard]] std::string chosen_party_address(const terms::PartyUuid& party, std::string_view back_to);
// Where one asks a business for access to a form, or to a role; nothing of either: one chooses there.
[[nodiscard]] std::string ask_access_address(const terms::PartyUuid& party, std::string_view form,
                                             std::string_view role = {});
[[nodiscard]] std::string renounce_access_address(const terms::DelegationId& delegation);
[[nodiscard]] std::string service_address(const terms::AppId& app);
[[nodiscard]] std::string printed_form_address(const terms::AppId& app);
[[nodiscard]] std::string queue_address(std::string_view org);

// Of one draft.
class DraftAddresses {
 public:
  DraftAddresses(const terms::PartyUuid& party, const terms::InstanceId& instance)
      : party_(party.text()), instance_(instance.text()) {}
  [[nodiscard]] std::string start() const { return filled(route::draft, {party_, instance_}); }
  [[nodiscard]] std::string page(std::string_view id) const {
    return filled(route::draft_page, {party_, instance_, id});
  }
  [[nodiscard]] std::string autosave(std::string_view page) const {
    return filled(route::autosave, {party_, instance_, page});
  }
  [[nodiscard]] std::string overview() const { return filled(route::overview, {party_, instance_}); }
  [[nodiscard]] std::string send() const { return filled(route::send, {party_, instance_}); }
  [[nodiscard]] std::string discard() const { return filled(route::discard, {party_, instance_}); }
  [[nodiscard]] std::string attachment(std::string_view element) const {
    return filled(route::draft_attachment, {party_, instance_, element});
  }
  [[nodiscard]] std::string printed() const { return filled(route::printed_draft, {party_, instance_}); }
  [[nodiscard]] std::string json() const { return filled(route::draft_json, {party_, instance_}); }
  [[nodiscard]] std::string pdf() const { return filled(route::draft_pdf, {party_, instance_}); }

 private:
  std::string party_, instance_;
};

// Of what a party has sent.
class MatterAddresses {
 public:
  MatterAddresses(const terms::PartyUuid& party, const terms::InstanceId& instance)
      : party_(party.text()), instance_(instance.text()) {}
  [[nodiscard]] std::string page() const { return at(route::matter); }
  [[nodiscard]] std::string archive() const { return at(route::archive); }
  [[nodiscard]] std::string remove() const { return at(route::remove_matter); }
  [[nodiscard]] std::string bring_back() const { return at(route::bring_back_matter); }
  [[nodiscard]] std::string receipt() const { return at(route::receipt); }
  [[nodiscard]] std::string receipt_json() const { return at(route::receipt_json); }
  [[nodiscard]] std::string receipt_pdf() const { return at(route::receipt_pdf); }
  // The text to begin from of that one of what is to be done (from 0).
  [[nodiscard]] std::string task_text(std::size_t number) const {
    return with_query(at(route::task_text), {{parameter::task, std::to_string(number)}});
  }
  [[nodiscard]] std::string form_json() const { return at(route::form_json); }
  [[nodiscard]] std::string form_pdf() const { return at(route::form_pdf); }
  [[nodiscard]] std::string attachment(const terms::DataElementId& element) const {
    return filled(route::attachment, {party_, instance_, element.text()});
  }

 private:
  [[nodiscard]] std::string at(std::string_view pattern) const { return filled(pattern, {party_, instance_}); }
  std::string party_, instance_;
};

// Of a message that a party has received.
class MessageAddresses {
 public:
  MessageAddresses(const terms::PartyUuid& party, const inbox::MessageId& message)
      : party_(party.text()), message_(message.text()) {}
  [[nodiscard]] std::string page() const { return at(route::message); }
  [[nodiscard]] std::string file(const inbox::FileId& id) const {
    return filled(route::message_file, {party_, message_, id.text()});
  }
  [[nodiscard]] std::string confirm() const { return at(route::confirm_message); }
  [[nodiscard]] std::string answer() const { return at(route::answer_message); }
  [[nodiscard]] std::string move() const { return at(route::move_message); }
  [[nodiscard]] std::string remove() const { return at(route::remove_message); }
  // Of what was done with it: "opened" (inbox::MessageReceipt::act).
  [[nodiscard]] std::string receipt_json(std::string_view act) const {
    return with_query(at(route::message_receipt_json), {{parameter::act, act}});
  }
  [[nodiscard]] std::string receipt_pdf(std::string_view act) const {
    return with_query(at(route::message_receipt_pdf), {{parameter::act, act}});
  }

 private:
  [[nodiscard]] std::string at(std::string_view pattern) const { return filled(pattern, {party_, message_}); }
  std::string party_, message_;
};

// Of one's rights over one's data.
class RightsAddresses {
 public:
  explicit RightsAddresses(const terms::PartyUuid& party) : party_(party.text()) {}
  [[nodiscard]] std::string page() const { return at(route::rights); }
  [[nodiscard]] std::string copies() const { return at(route::data_copies); }
  [[nodiscard]] std::string copy(std::string_view id) const { return at(route::data_copy, id); }
  [[nodiscard]] std::string delete_copy(std::string_view id) const { return at(route::delete_data_copy, id); }
  [[nodiscard]] std::string erase() const { return at(route::erase_all); }
  [[nodiscard]] std::string certificate(std::string_view id) const { return at(route::erasure_certificate, id); }
  [[nodiscard]] std::string correct() const { return at(route::correct_data); }
  [[nodiscard]] std::string claims() const { return at(route::claims); }
  [[nodiscard]] std::string claim(std::string_view right) const {
    return with_query(claims(), {{parameter::right, right}});
  }
  [[nodiscard]] std::string withdraw(std::string_view id) const { return at(route::withdraw_claim, id); }

 private:
  [[nodiscard]] std::string at(std::string_view pattern) const { return filled(pattern, {party_}); }
  [[nodiscard]] std::string at(std::string_view pattern, std::string_view id) const {
    return filled(pattern, {party_, id});
  }
  std::string party_;
};

// Of one party: what lies there is that party's alone.
class PartyAddresses {
 public:
  explicit PartyAddresses(const terms::PartyUuid& party) : party_(party) {}
  // The place of this party that has this rest ("/innboks").
  [[nodiscard]] std::string at(std::string_view rest) const {
    return at_route(route::home_of_party) + std::string(rest);
  }
  [[nodiscard]] std::string inbox() const { return at_route(route::inbox); }
  [[nodiscard]] std::string inbox(inbox::Folder folder) const {
    return with_query(inbox(), {{parameter::folder, folder_code(folder)}});
  }
  [[nodiscard]] std::string access() const { return at_route(route::access); }
  [[nodiscard]] std::string give_access() const { return at_route(route::give_access); }
  [[nodiscard]] std::string withdraw_access(const terms::DelegationId& delegation) const {
    return filled(route::withdraw_access, {party_.text(), delegation.text()});
  }
  // Of a request for access (`id`), of a block.
  [[nodiscard]] std::string access_request(std::string_view id) const { return of_access(route::access_request, id); }
  [[nodiscard]] std::string approve_request(std::string_view id) const { return of_access(route::approve_request, id); }
  [[nodiscard]] std::string refuse_request(std::string_view id) const { return of_access(route::refuse_request, id); }
  [[nodiscard]] std::string block_asker(std::string_view id) const { return of_access(route::block_asker, id); }
  [[nodiscard]] std::string unblock_asker(std::string_view id) const { return of_access(route::unblock_asker, id); }
  [[nodiscard]] std::string certificates() const { return at_route(route::certificates); }
  [[nodiscard]] std::string end_certificate(std::string_view id) const { return of_access(route::end_certificate, id); }
  [[nodiscard]] std::string contact_page() const { return at_route(route::contact); }
  [[nodiscard]] std::string notices() const { return at_route(route::party_notices); }
  [[nodiscard]] std::string chosen_rows() const { return at_route(route::chosen_rows); }
  [[nodiscard]] std::string activity() const { return at_route(route::activity); }
  [[nodiscard]] std::string catalogue() const { return at_route(route::catalogue_of_party); }
  [[nodiscard]] std::string service(const terms::AppId& app) const {
    return filled(route::service_of_party, {party_.text(), app.org, app.app});
  }
  // Its start page, for who answers a message with it.
  [[nodiscard]] std::string answer_with(const terms::AppId& app, const inbox::MessageId& message) const {
    return with_query(service(app), {{parameter::answers, message.text()}});
  }
  [[nodiscard]] std::string start_service(const terms::AppId& app) const {
    return filled(route::start_service, {party_.text(), app.org, app.app});
  }
  [[nodiscard]] DraftAddresses draft(const terms::InstanceId& instance) const { return {party_, instance}; }
  [[nodiscard]] MatterAddresses matter(const terms::InstanceId& instance) const { return {party_, instance}; }
  [[nodiscard]] MessageAddresses message(const inbox::MessageId& message) const { return {party_, message}; }
  [[nodiscard]] RightsAddresses rights() const { return RightsAddresses(party_); }

 private:
  [[nodiscard]] std::string at_route(std::string_view pattern) const { return filled(pattern, {party_.text()}); }
  [[nodiscard]] std::string of_access(std::string_view pattern, std::string_view id) const {
    return filled(pattern, {party_.text(), id});
  }
  terms::PartyUuid party_;
};

// Of addresses for notices: of a business, or of one of an agency's staff.
class ContactAddresses {
 public:
  explicit ContactAddresses(const terms::PartyUuid& party) : of_(party.text()) {}
  explicit ContactAddresses(std::string_view org) : of_(org), staffs_(true) {}
  [[nodiscard]] std::string page() const { return at(route::contact, route::staff_contact); }
  [[nodiscard]] std::string add() const { return at(route::add_address, route::add_staff_address); }
  [[nodiscard]] std::string verify(std::string_view id) const {
    return at(route::verify_address, route::verify_staff_address, id);
  }
  [[nodiscard]] std::string services(std::string_view id) const {
    return at(route::address_services, route::staff_address_services, id);
  }
  [[nodiscard]] std::string remove(std::string_view id) const {
    return at(route::remove_address, route::remove_staff_address, id);
  }

 private:
  [[nodiscard]] std::string at(std::string_view of_party, std::string_view of_staff) const {
    return filled(staffs_ ? of_staff : of_party, {of_});
  }
  [[nodiscard]] std::string at(std::string_view of_party, std::string_view of_staff, std::string_view id) const {
    return filled(staffs_ ? of_staff : of_party, {of_, id});
  }
  std::string of_;
  bool staffs_ = false;
};

// Of an agency's matter, and of the party that sent it.
class AgencyMatterAddresses {
 public:
  AgencyMatterAddresses(std::string_view org, const terms::PartyUuid& party, const terms::InstanceId& instance)
      : org_(org), party_(party.text()), instance_(instance.text()) {}
  [[nodiscard]] std::string page() const { return filled(route::agency_matter, {org_, party_, instance_}); }
  [[nodiscard]] std::string form_json() const { return filled(route::agency_form_json, {org_, party_, instance_}); }
  [[nodiscard]] std::string attachment(const terms::DataElementId& element) const {
    return filled(route::agency_attachment, {org_, party_, instance_, element.text()});
  }
  [[nodiscard]] std::string open_restricted() const {
    return filled(route::open_restricted, {org_, party_, instance_});
  }

 private:
  std::string org_, party_, instance_;
};

// Of what is asked of an agency about somebody's data.
class AgencyClaimAddresses {
 public:
  explicit AgencyClaimAddresses(std::string_view org) : org_(org) {}
  [[nodiscard]] std::string page() const { return filled(route::agency_claims, {org_}); }
  [[nodiscard]] std::string claim(std::string_view id) const { return filled(route::agency_claim, {org_, id}); }
  [[nodiscard]] std::string lift(std::string_view id) const { return filled(route::lift_restriction, {org_, id}); }

 private:
  std::string org_;
};

// Of an agency's keys, suppliers and subscriptions.
class InterfaceAddresses {
 public:
  explicit InterfaceAddresses(std::string_view org) : org_(org) {}
  [[nodiscard]] std::string page() const { return filled(route::interfaces, {org_}); }
  [[nodiscard]] std::string add_client() const { return filled(route::add_client, {org_}); }
  [[nodiscard]] std::string end_client(std::string_view id) const { return filled(route::end_client, {org_, id}); }
  [[nodiscard]] std::string add_supplier() const { return filled(route::add_supplier, {org_}); }
  [[nodiscard]] std::string end_supplier(std::string_view id) const { return of_one(route::end_supplier, id); }
  [[nodiscard]] std::string add_subscription() const { return filled(route::add_subscription, {org_}); }
  [[nodiscard]] std::string subscription(std::string_view id) const { return of_one(route::subscription, id); }
  [[nodiscard]] std::string end_subscription(std::string_view id) const { return of_one(route::end_subscription, id); }
  [[nodiscard]] std::string check_subscription(std::string_view id) const {
    return of_one(route::check_subscription, id);
  }
  [[nodiscard]] std::string replay_subscription(std::string_view id) const {
    return of_one(route::replay_subscription, id);
  }

 private:
  [[nodiscard]] std::string of_one(std::string_view pattern, std::string_view id) const {
    return filled(pattern, {org_, id});
  }
  std::string org_;
};

// Of what an agency has sent.
class SentMessageAddresses {
 public:
  explicit SentMessageAddresses(std::string_view org) : org_(org) {}
  [[nodiscard]] std::string page() const { return filled(route::sent_messages, {org_}); }
  [[nodiscard]] std::string write() const { return filled(route::write_message, {org_}); }
  // Where one answers the answer to this message.
  [[nodiscard]] std::string answer(const inbox::MessageId& message) const {
    return with_query(write(), {{parameter::answer_to, message.text()}});
  }
  [[nodiscard]] std::string batch(const inbox::BatchId& id) const {
    return filled(route::sent_batch, {org_, id.text()});
  }
  [[nodiscard]] std::string recall(const inbox::BatchId& id) const {
    return filled(route::recall_batch, {org_, id.text()});
  }
  [[nodiscard]] std::string file(const inbox::BatchId& batch, const inbox::FileId& id) const {
    return filled(route::sent_file, {org_, batch.text(), id.text()});
  }
  [[nodiscard]] std::string recipient(const inbox::BatchId& batch, const inbox::MessageId& id) const {
    return filled(route::sent_recipient, {org_, batch.text(), id.text()});
  }
  [[nodiscard]] std::string open_restricted(const inbox::BatchId& batch, const inbox::MessageId& id) const {
    return filled(route::open_restricted_message, {org_, batch.text(), id.text()});
  }
  [[nodiscard]] std::string answer_file(const inbox::BatchId& batch, const inbox::MessageId& message,
                                        const inbox::FileId& id) const {
    return filled(route::answer_file, {org_, batch.text(), message.text(), id.text()});
  }

 private:
  std::string org_;
};

}  // namespace alting::portal
