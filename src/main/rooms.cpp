#include "main/rooms.h"

#include "access/background.h"
#include "access/migrations.h"
#include "access/room_catalogue.h"
#include "access/settings.h"
#include "access/topics.h"
#include "api/migrations.h"
#include "api/room_catalogue.h"
#include "api/settings.h"
#include "base/log.h"
#include "events/background.h"
#include "events/migrations.h"
#include "events/room_catalogue.h"
#include "events/settings.h"
#include "inbox/background.h"
#include "inbox/migrations.h"
#include "inbox/room_catalogue.h"
#include "inbox/topics.h"
#include "instances/agency_database.h"
#include "instances/background.h"
#include "instances/migrations.h"
#include "instances/room_catalogue.h"
#include "instances/topics.h"
#include "ledger/background.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/log_metrics.h"
#include "ledger/migrations.h"
#include "ledger/room_catalogue.h"
#include "ledger/settings.h"
#include "login/background.h"
#include "login/migrations.h"
#include "login/room_catalogue.h"
#include "login/settings.h"
#include "main/health.h"
#include "net/mail_settings.h"
#include "net/settings.h"
#include "notify/background.h"
#include "notify/migrations.h"
#include "notify/room_catalogue.h"
#include "notify/settings.h"
#include "parties/background.h"
#include "parties/migrations.h"
#include "parties/population.h"
#include "parties/room_catalogue.h"
#include "parties/topics.h"
#include "portal/access_pages.h"
#include "portal/activity_pages.h"
#include "portal/agency_pages.h"
#include "portal/certificate_pages.h"
#include "portal/contact_pages.h"
#include "portal/draft_copies.h"
#include "portal/form_pages.h"
#include "portal/form_paper.h"
#include "portal/inbox_pages.h"
#include "portal/interface_pages.h"
#include "portal/law_pages.h"
#include "portal/mail_copy_pages.h"
#include "portal/matter_pages.h"
#include "portal/message_pages.h"
#include "portal/message_sending_pages.h"
#include "portal/notice_pages.h"
#include "portal/open_pages.h"
#include "portal/print_pages.h"
#include "portal/profile_pages.h"
#include "portal/reportee_pages.h"
#include "portal/request_pages.h"
#include "portal/restriction_pages.h"
#include "portal/rights_pages.h"
#include "portal/role_pages.h"
#include "portal/service_pages.h"
#include "portal/settings.h"
#include "portal/status_pages.h"
#include "portal/verify_pages.h"
#include "privacy/background.h"
#include "privacy/held_items.h"
#include "privacy/migrations.h"
#include "privacy/outside_lines.h"
#include "privacy/room_catalogue.h"
#include "privacy/settings.h"
#include "privacy/topics.h"
#include "store/background.h"
#include "store/migrations.h"
#include "store/room_catalogue.h"
#include "store/settings.h"
#include "store/store_metrics.h"
#include "web/disk_room.h"
#include "web/room_catalogue.h"
#include "web/settings.h"

namespace alting::main {
namespace {

template <class T>
std::vector<T> joined(std::initializer_list<std::vector<T>> lists) {
  std::vector<T> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace

// Makes the rooms, each from those before it.
base::Status Installation::put_together() {
  ALTING_TRY(opened, store::DataFolder::open(settings.data, random, clock));
  folder = std::move(opened);
  store::migrate(folder->database(), clock, all_migrations());
  numbers =
      std::make_unique<parties::NumberVault>(parties::NumberVault::open_or_create(folder->keys() / "numbers", random));
  ALTING_TRY(
      log, ledger::make_ledger(folder->database(), folder->vault(), clock, random, ledger_options(settings, *folder)));
  ledger = std::move(log);
  folkeregisteret = parties::make_local_folkeregisteret(folder->database(), *numbers);
  ALTING_TRY(of_contacts, make_contact_parts(settings, *folder, *numbers, clock, random));
  registers = std::move(of_contacts);
  parties = parties::make_registry({folder->database(), clock, random, *numbers, *folkeregisteret, *registers.krr,
                                    settings.data.mode, store::Quotas(settings.quotas)});
  if (settings.population) {
    const auto stored = parties::store_population(*parties, parties::make_population());
    if (!stored) return stored.error();
  }
  access = access::make_access({folder->database(),
                                *parties,
                                *ledger,
                                clock,
                                random,
                                store::Quotas(settings.quotas),
                                {},
                                settings.requests,
                                settings.certificate_role,
                                settings.restrictions,
                                instances::matter_id_of});
  contacts = parties::make_contact_points({folder->database(), clock, random, *numbers, *parties, *registers.krr,
                                           *registers.organisations, *ledger,
                                           [&decider = access->decider()](store::Tx& tx, const terms::Permit& permit) {
                                             return decider.recheck(tx, permit);
                                           },
                                           store::Quotas(settings.quotas)});
  apps = std::make_unique<forms::AppCatalogue>(settings.services, settings.watch_services);
  for (const auto& fault : apps->faults()) {
    base::log(
        base::LogLevel::error, "form.fault",
        {{"file", std::string_view(fault.file)}, {"line", fault.line}, {"message", std::string_view(fault.message)}});
  }
  ALTING_CHECK(load_policies());
  scanner = settings.scanner.clamd.empty() ? instances::no_scanner()
                                           : instances::clamd_scanner(settings.scanner.clamd, settings.scanner.largest);
  const auto held = [&now_of = clock](store::Tx& tx, terms::PartyId party, std::string_view item) {
    return privacy::held_item(tx, now_of.now(), party, item);
  };
  instances =
      instances::make_instances({folder->database(), folder->vault(), *ledger, access->decider(), *parties, *apps,
                                 *scanner, inspector, clock, random, store::Quotas(settings.quotas), held});
  const auto signing_seed = folder->key("webhooks");
  events =
      events::make_events({folder->database(), *ledger, access->decider(), *parties, *apps, clock, random, metrics,
                           signing_seed, settings.server.public_url, settings.events, store::Quotas(settings.quotas),
                           [this](store::Tx& tx, std::string_view owner, std::string_view supplier) {
                             return clients->was_taken_back(tx, owner, supplier);
                           }});
  inbox = std::make_unique<inbox::Inbox>(folder->database(), folder->vault(), *parties);
  messages = std::make_unique<inbox::MessageUses>(
      inbox::MessagesNeeds{folder->database(), folder->vault(), *ledger, access->decider(), *parties, *apps, *scanner,
                           inspector, clock, random, store::Quotas(settings.quotas), held});
  ALTING_TRY(made_notify, notify::make_notify({.database = folder->database(),
                                               .vault = folder->vault(),
                                               .ledger = *ledger,
                                               .decider = access->decider(),
                                               .parties = *parties,
                                               .contacts = *contacts,
                                               .apps = *apps,
                                               .clock = clock,
                                               .random = random,
                                               .metrics = metrics,
                                               .bounce_secret = folder->key("bounces"),
                                               .public_url = settings.server.public_url,
                                               .mode = settings.data.mode,
                                               .mail = settings.mail,
                                               .options = settings.notify}));
  notify = std::move(made_notify);
  privacy = privacy::make_privacy(
      {.database = folder->database(),
       .vault = folder->vault(),
       .ledger = *ledger,
       .access = *access,
       .parties = *parties,
       .contacts = *contacts,
       .apps = *apps,
       .instances = *instances,
       .inbox = *inbox,
       .messages = *messages,
       .notify = *notify,
       .catalogue = catalogue,
       .numbers = *numbers,
       .clock = clock,
       .random = random,
       .mode = settings.data.mode,
       .quotas = store::Quotas(settings.quotas),
       .texts = settings.texts,
       .spool = folder->uploads(),
       .has_disk_room = [room = web::DiskRoom(folder->uploads(), settings.server.free_disk_percent)] {
         return room.has_room();
       }});
  auto outgoing = settings.outgoing;
  auto issuers = settings.tokens.issuers;
  issuers.push_back(settings.login.issuer);
  for (const auto& issuer : issuers)
    if (const auto start = issuer.find("://"); start != std::string::npos)
      outgoing.hosts.push_back(issuer.substr(start + 3, issuer.find('/', start + 3) - start - 3));
  http = net::make_http_client(std::move(outgoing));
  ALTING_TRY(of_certificates, make_certificate_parts(settings, *folder, *parties, clock, random, metrics));
  test_authority = std::move(of_certificates.test_authority);
  revocation_http = std::move(of_certificates.http);
  revocation = std::move(of_certificates.revocation);
  certificate_checks = std::move(of_certificates.checks);
  ALTING_CHECK(make_callers());
  measurements = std::make_unique<portal::Measurements>(health_probes(*this), clock);
  return {};
}

// Systems with tokens: those of the issuers that are trusted, and in test mode of the built-in one.
base::Status Installation::make_callers() {
  clients = login::make_clients(
      {folder->database(), *ledger, access->decider(), *parties, settings.data.mode, random,
       store::Quotas(settings.quotas),
       [&all = events->subscriptions](const terms::Permit& permit, std::string_view supplier, base::Instant at) {
         return all.end_with_right(permit, supplier, at);
       }});
  if (settings.login.test_issuer_port != 0) {
    // One that its organisation ended at a login counts for nothing here either.
    const auto owner_of = [this](std::span<const base::Bytes> chain, base::Instant at) -> base::Result<std::string> {
      ALTING_TRY(certificate, certificate_checks->check(chain, at));
      if (access->certificates().was_ended(certificate.fingerprint))
        return base::make_error(base::ErrorKind::forbidden, "error.certificate.ended");
      return certificate.organisation_number;
    };
    ALTING_TRY(issuer, login::TokenIssuer::make({.issuer = settings.login.issuer + "/",
                                                 .key_file = folder->keys() / "token-issuer.pem",
                                                 .clients = *clients,
                                                 .parties = *parties,
                                                 .owner_of = owner_of,
                                                 .mode = settings.data.mode,
                                                 .random = random,
                                                 .portal = registers.portal}));
    token_issuer = std::move(issuer);
  }
  callers = login::make_callers({.options = settings.tokens,
                                 .audience = settings.server.public_url,
                                 .own = token_issuer ? std::optional(token_issuer->own()) : std::nullopt,
                                 .http = *http,
                                 .parties = *parties,
                                 .mode = settings.data.mode,
                                 .clock = clock,
                                 .metrics = metrics});
  return {};
}

std::vector<store::RoomMigrations> all_migrations() {
  return {store::migrations(),     ledger::migrations(), parties::migrations(), access::migrations(),
          instances::migrations(), inbox::migrations(),  notify::migrations(),  events::migrations(),
          privacy::migrations(),   login::migrations(),  api::migrations()};
}

store::Catalogue all_catalogues() {
  return store::Catalogue({&store::room_catalogue(), &ledger::room_catalogue(), &parties::room_catalogue(),
                           &access::room_catalogue(), &instances::room_catalogue(), &inbox::room_catalogue(),
                           &notify::room_catalogue(), &events::room_catalogue(), &privacy::room_catalogue(),
                           &web::room_catalogue(), &login::room_catalogue(), &api::room_catalogue()});
}

std::vector<const store::Topic*> all_topics() {
  return joined<const store::Topic*>({
      {parties::topics.begin(), parties::topics.end()},
      {access::topics.begin(), access::topics.end()},
      {instances::topics.begin(), instances::topics.end()},
      {inbox::topics.begin(), inbox::topics.end()},
      {privacy::topics.begin(), privacy::topics.end()},
  });
}

std::vector<store::Subscription> all_subscriptions(Installation& installation) {
  return joined<store::Subscription>({
      instances::subscriptions(installation.instances->erasure, installation.instances->sharing),
      inbox::subscriptions(installation.messages->sending, installation.folder->vault(), installation.random,
                           installation.clock),
      notify::subscriptions(installation.notify->telling),
      events::subscriptions(installation.events->telling),
      privacy::subscriptions(installation.privacy->copies),
      privacy::outside_subscriptions(installation.folder->database(), installation.folder->vault()),
  });
}

std::vector<store::Job> all_jobs(Installation& installation) {
  auto& database = installation.folder->database();
  const auto& clock = installation.clock;
  auto sweeping = installation.settings.sweeping;
  sweeping.migrations = all_migrations();
  sweeping.database_is_newest = [&database, &log = *installation.ledger,
                                 guard = ledger_options(installation.settings, *installation.folder).guard] {
    return ledger::database_is_newest(log, database, guard);
  };
  const auto holds = installation.privacy->retention.holds_now();
  return installation.privacy->retention.kept(joined<store::Job>({
      store::background_jobs(database, installation.folder->vault(), installation.catalogue, clock,
                             installation.metrics, sweeping, holds),
      ledger::background_jobs(*installation.ledger, clock, holds),
      parties::background_jobs(database),
      parties::background_jobs(*installation.contacts, holds),
      access::background_jobs(*installation.access),
      instances::background_jobs(installation.instances->kept_draft_keys, installation.instances->deleting,
                                 installation.instances->agency_retention, holds),
      inbox::background_jobs(installation.messages->sending, installation.messages->messages,
                             installation.messages->ended, holds),
      notify::background_jobs(*installation.notify, database, clock, holds),
      privacy::background_jobs(*installation.privacy),
      login::background_jobs(database, *installation.ledger, clock, session_limits(installation.settings)),
  }));
}

std::vector<base::Setting> all_settings(Settings& into, terms::Mode mode) {
  return joined<base::Setting>({
      store::settings(into.data),
      web::settings(into.server, mode),
      login::settings(into.login, mode),
      login::token_settings(into.tokens),
      ledger::settings(into.log),
      access::settings(into.requests, mode),
      access::settings(into.certificate_role),
      access::settings(into.restrictions),
      store::settings(into.quotas, mode),
      store::settings(into.sweeping),
      privacy::settings(into.erasure),
      instances::settings(into.scanner),
      notify::settings(into.notify),
      events::settings(into.events),
      portal::settings(into.run_by),
      api::settings(into.api),
      program_settings(into),
      net::settings(into.outgoing),
      net::mail_settings(into.mail),
      parties::settings(into.contacts),
      login::test_issuer_settings(into.login),
      login::certificate_settings(into.login.certificates, mode),
  });
}

std::vector<portal::PageSet> all_page_sets(Installation& from) {
  auto& instances = *from.instances;
  auto& privacy = *from.privacy;
  const portal::RightsUses rights{.apps = *from.apps,
                                  .catalogue = from.catalogue,
                                  .inbox = *from.inbox,
                                  .restrictions = from.access->restrictions(),
                                  .retention = privacy.retention,
                                  .requests = privacy.requests,
                                  .disputes = privacy.disputes,
                                  .copies = privacy.copies,
                                  .erasures = privacy.erasures,
                                  .orders = from.notify->orders,
                                  .backup_days = static_cast<int>(from.settings.erasure.backup_days)};
  std::vector<portal::PageSet> sets{
      portal::open_pages({.apps = *from.apps, .certificates = from.settings.login.certificates.has_door()}),
      portal::law_pages({.apps = *from.apps, .catalogue = from.catalogue, .rights = rights}),
      portal::rights_pages(rights),
      portal::print_pages({.apps = *from.apps}),
      portal::reportee_pages({.apps = *from.apps, .inbox = *from.inbox, .contacts = *from.contacts}),
      portal::inbox_pages({.apps = *from.apps,
                           .inbox = *from.inbox,
                           .permits = instances.permits,
                           .drafts = instances.drafts,
                           .matters = instances.matters,
                           .deleting = instances.deleting,
                           .attachments = instances.attachments,
                           .ledger = *from.ledger,
                           .messages = from.messages->messages,
                           .contacts = *from.contacts}),
      portal::message_pages({.apps = *from.apps,
                             .messages = from.messages->messages,
                             .contacts = *from.contacts,
                             .restrictions = &from.access->restrictions()}),
      portal::service_pages({.apps = *from.apps,
                             .drafts = instances.drafts,
                             .matters = instances.matters,
                             .inbox = *from.inbox,
                             .messages = from.messages->messages}),
      portal::form_pages(
          {.drafts = instances.drafts, .permits = instances.permits, .attachments = instances.attachments}),
      portal::overview_pages({.drafts = instances.drafts,
                              .permits = instances.permits,
                              .attachments = instances.attachments,
                              .sending = instances.sending}),
      portal::draft_copies({.drafts = instances.drafts, .permits = instances.permits}),
      portal::matter_pages({.apps = *from.apps,
                            .permits = instances.permits,
                            .matters = instances.matters,
                            .deleting = instances.deleting,
                            .attachments = instances.attachments,
                            .ledger = *from.ledger,
                            .restrictions = &from.access->restrictions()}),
      portal::access_pages(
          {.apps = *from.apps, .delegations = from.access->delegations(), .certificates = from.access->certificates()}),
      portal::certificate_pages({.certificates = from.access->certificates()}),
      portal::request_pages({.apps = *from.apps, .delegations = from.access->delegations()}),
      portal::role_pages(),
      portal::activity_pages({.apps = *from.apps, .ledger = *from.ledger}),
      portal::profile_pages(
          {.contact = portal::ContactUses{*from.apps, *from.contacts}, .disputes = &privacy.disputes}),
      portal::contact_pages({.apps = *from.apps, .contacts = *from.contacts}),
      portal::notice_pages({.apps = *from.apps, .orders = from.notify->orders}),
      portal::verify_pages({.ledger = *from.ledger}),
      portal::status_pages({.measure = [&measurements = *from.measurements] { return measurements.now(); },
                            .apps = *from.apps,
                            .ledger = *from.ledger}),
      portal::agency_pages({.apps = *from.apps,
                            .agency = instances.agency,
                            .subscriptions = &from.events->subscriptions,
                            .disputes = &privacy.disputes,
                            .restrictions = &from.access->restrictions()}),
      portal::restriction_pages({.apps = *from.apps,
                                 .restrictions = from.access->restrictions(),
                                 .requests = from.privacy->requests,
                                 .agency = instances.agency,
                                 .sent = from.messages->sent,
                                 .orders = from.notify->orders}),
      portal::interface_pages(
          {.apps = *from.apps, .subscriptions = from.events->subscriptions, .clients = *from.clients}),
      portal::message_sending_pages({.apps = *from.apps,
                                     .sending = from.messages->sending,
                                     .sent = from.messages->sent,
                                     .orders = from.notify->orders,
                                     .reaching = from.notify->reaching,
                                     .restrictions = &from.access->restrictions()}),
  };
  if (from.settings.data.mode == terms::Mode::test)
    sets.push_back(portal::mail_copy_pages({.copies = from.notify->copies}));
  return sets;
}

api::ApiTable all_interfaces(Installation& from, const base::Texts& texts) {
  return api::api_table(
      {.storage = {.agency = from.instances->agency,
                   .decider = from.access->decider(),
                   .parties = *from.parties,
                   .apps = *from.apps,
                   .make_paper =
                       [&texts, by = from.settings.run_by.name](
                           const forms::App& app, const instances::Submission& sent, base::Language language) {
                         return portal::submission_pdf(portal::Spoken{texts, language}, by, app, sent);
                       }},
       .events = {.subscriptions = from.events->subscriptions,
                  .feed = from.events->feed,
                  .decider = from.access->decider(),
                  .public_keys = [&from] { return from.events->signer.public_keys(); },
                  .public_url = from.settings.server.public_url},
       .correspondence = {.sending = from.messages->sending,
                          .sent = from.messages->sent,
                          .files = from.messages->files,
                          .orders = from.notify->orders,
                          .decider = from.access->decider(),
                          .database = from.folder->database(),
                          .vault = from.folder->vault(),
                          .random = from.random,
                          .texts = texts}});
}

void count_all(Installation& installation) {
  auto& database = installation.folder->database();
  store::count_data_folder(installation.metrics, *installation.folder, installation.clock);
  ledger::count_log(installation.metrics, *installation.ledger, database, installation.clock);
  parties::count_registers(installation.metrics, database, installation.clock);
  notify::count_notices(installation.metrics, database, installation.clock);
  events::count_events(installation.metrics, database, installation.clock);
}

}  // namespace alting::main
