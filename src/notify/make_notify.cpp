#include "notify/make_notify.h"

#include <algorithm>

#include "access/restrictions.h"
#include "inbox/message_sending.h"

namespace alting::notify {
namespace {

constexpr std::string_view of_message = "message:";
constexpr std::string_view domain_of_demo = "alting.example";

// Nobody carries mail: what is ordered waits, for the days in which it is tried.
class NoRelay final : public net::MailRelay {
 public:
  net::MailAnswer send(const net::Mail&) override { return {net::MailOutcome::later, "", "no relay is set"}; }
};

// The host, and the port where it is not the usual one: what one types.
std::string site_of(std::string_view url) {
  if (const auto start = url.find("://"); start != std::string_view::npos) url.remove_prefix(start + 3);
  return std::string(url.substr(0, url.find('/')));
}

std::optional<inbox::MessageId> message_of(const Order& order) {
  if (!order.cause.starts_with(of_message)) return std::nullopt;
  return inbox::MessageId::parse(std::string_view(order.cause).substr(of_message.size()));
}

// What is restricted is stored, and nobody is looked up for it: not towards whose message it is, nor towards who runs the
// portal. That it is so, and will not be so any longer, is told all the same.
bool is_restricted(store::Database& database, const Order& order) {
  if (order.cause.starts_with(of_restriction)) return false;
  const auto message = message_of(order);
  const auto item = message ? message->text() : std::string();
  return database.read([&](store::Tx& tx) {
    return access::is_restricted(tx, order.recipient, access::operator_controller, item) ||
           (order.service && access::is_restricted(tx, order.recipient, order.service->org, item));
  });
}

std::string from_of(const NotifyNeeds& needs) {
  return needs.mail.from.empty() ? "ikke-svar@" + std::string(domain_of_demo) : needs.mail.from;
}
std::string return_domain_of(const NotifyNeeds& needs) {
  return needs.mail.from.empty() ? std::string(domain_of_demo) : net::return_domain(needs.mail);
}

}  // namespace

Notify::Notify(NotifyNeeds needs)
    : bounce_secret(std::move(needs.bounce_secret)),
      relay(std::move(needs.relay)),
      mailbox(std::move(needs.mailbox)),
      copies(needs.database),
      orders(needs.database, needs.clock),
      rows({needs.database, needs.ledger, needs.parties, needs.random, needs.clock, needs.options}),
      addressing({needs.contacts, needs.parties, needs.decider,
                  [&database = needs.database, &vault = needs.vault](const Order& order) -> std::optional<std::string> {
                    if (is_restricted(database, order)) return "restricted";
                    const auto id = message_of(order);
                    if (!id) return std::nullopt;
                    const auto facts = inbox::notice_facts(database, vault, *id);
                    if (!facts || facts->gone) return "gone";
                    if (facts->opened) return "opened";
                    return std::nullopt;
                  }}),
      reaching(addressing),
      deliverer({.rows = rows,
                 .addressing = addressing,
                 .relay = *relay,
                 .database = needs.database,
                 .random = needs.random,
                 .clock = needs.clock,
                 .metrics = needs.metrics,
                 .bounce_secret = bounce_secret,
                 .title_of =
                     [&apps = needs.apps](const terms::AppId& id, base::Language language) {
                       const auto app = apps.find(id);
                       return app ? app->title(language) : std::string();
                     },
                 .override_reason =
                     [&database = needs.database, &vault = needs.vault](const Order& order) {
                       const auto id = message_of(order);
                       const auto facts = id ? inbox::notice_facts(database, vault, *id) : std::nullopt;
                       return facts ? facts->override_reason : std::string();
                     },
                 .site = site_of(needs.public_url),
                 .from = from_of(needs),
                 .from_name = needs.mail.from_name,
                 .return_domain = return_domain_of(needs)},
                {.threads = std::clamp(needs.mail.at_once, 1, lanes)}),
      bounces({mailbox.get(), needs.database, addressing, needs.clock, needs.metrics, bounce_secret}),
      telling(
          {needs.database, needs.vault, needs.parties, needs.contacts, needs.apps, orders, needs.random, needs.clock}),
      service_messages({needs.database, needs.contacts, needs.parties, needs.apps, orders, needs.random, needs.clock}) {
}

base::Result<std::unique_ptr<Notify>> make_notify(NotifyNeeds needs) {
  if (!needs.relay) {
    if (!needs.mail.relay.empty()) {
      ALTING_TRY(relay, net::make_smtp_relay(needs.mail));
      needs.relay = std::move(relay);
    } else if (needs.mode == terms::Mode::test) {
      ALTING_TRY(signer, net::make_signer(needs.mail));
      needs.relay = make_copying_relay(needs.database, needs.random, needs.clock, std::move(signer));
    } else {
      needs.relay = std::make_unique<NoRelay>();
    }
  }
  if (!needs.mailbox) {
    ALTING_TRY(mailbox, net::make_mailbox(needs.mail));
    needs.mailbox = std::move(mailbox);
  }
  return std::make_unique<Notify>(std::move(needs));
}

}  // namespace alting::notify
