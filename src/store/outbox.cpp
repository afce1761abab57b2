#include "store/outbox.h"

#include "base/log.h"

namespace alting::store {
namespace {

// FNV-1a: the same on every machine and in every version, unlike std::hash.
int part_of(std::string_view key) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  return static_cast<int>(hash % outbox_parts);
}

base::Duration pause_after(std::int64_t attempts) {
  return base::Duration::seconds(
      std::min<std::int64_t>(std::int64_t{1} << std::min<std::int64_t>(attempts, 12), 3'600));
}

}  // namespace

base::Uuid emit(Tx& tx, base::Random& random, base::Instant now, std::string_view topic, std::string_view key,
                std::string_view payload) {
  constexpr std::size_t largest_payload = 8 * 1024;
  if (payload.size() > largest_payload) throw std::logic_error("an outbox payload holds ids only");
  const auto id = base::Uuid::v7(random, now);
  tx.run(
      "INSERT INTO outbox (id, part, topic, key, payload, created_at, due_at, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, "
      "0)",
      {id, part_of(key), topic, key, payload, now, now});
  return id;
}

bool is_waiting(Tx& tx, std::string_view topic, std::string_view key) {
  return tx
      .query_one("SELECT id FROM outbox WHERE part = ? AND key = ? AND topic = ? LIMIT 1", {part_of(key), key, topic})
      .has_value();
}

OutboxDeliverer::OutboxDeliverer(Database& database, const base::Clock& clock, Options options)
    : database_(database), clock_(clock), options_(options) {}

void OutboxDeliverer::handle(std::string topic, Handler handler) {
  handlers_.insert_or_assign(std::move(topic), std::move(handler));
}

bool OutboxDeliverer::any_due(int part) {
  return database_.read([&](Tx& tx) {
    return tx.query_one("SELECT id FROM outbox WHERE part = ? AND due_at <= ? LIMIT 1", {part, clock_.now()})
        .has_value();
  });
}

// Claimed rows are due again when the lease ends, so that a worker that dies loses nothing.
std::vector<OutboxMessage> OutboxDeliverer::claim(int part) {
  const auto claimed = database_.write([&](Tx& tx) -> base::Result<std::vector<OutboxMessage>> {
    const auto now = clock_.now();
    std::vector<OutboxMessage> messages;
    const auto rows = tx.query(
        "SELECT id, topic, key, payload, created_at, attempts FROM outbox WHERE part = ? AND due_at <= ? ORDER BY "
        "due_at, id LIMIT ? {skip_locked}",
        {part, now, options_.at_once});
    for (const auto& row : rows) {
      messages.push_back({row.uuid(0), row.text(1), row.text(2), row.text(3), row.instant(4), row.number(5)});
      tx.run("UPDATE outbox SET due_at = ?, attempts = attempts + 1 WHERE id = ?", {now + options_.lease, row.text(0)});
    }
    return messages;
  });
  return claimed ? *claimed : std::vector<OutboxMessage>();
}

Delivery OutboxDeliverer::deliver(const OutboxMessage& message) {
  const auto handler = handlers_.find(message.topic);
  if (handler == handlers_.end()) return Delivery::later;
  try {
    return handler->second(message);
  } catch (const std::exception&) {
    base::log(base::LogLevel::warning, "outbox.failed", {{"topic", message.topic}, {"attempts", message.attempts + 1}});
    return Delivery::later;
  }
}

void OutboxDeliverer::settle(const OutboxMessage& message, Delivery delivery) {
  const auto now = clock_.now();
  const bool given_up = delivery == Delivery::later && now - message.created_at > options_.give_up;
  if (given_up)
    base::log(base::LogLevel::error, "outbox.given_up", {{"topic", message.topic}, {"attempts", message.attempts + 1}});
  (void)database_.write([&](Tx& tx) -> base::Status {
    if (delivery == Delivery::done || given_up) {
      tx.run("DELETE FROM outbox WHERE id = ?", {message.id});
    } else {
      tx.run("UPDATE outbox SET due_at = ? WHERE id = ?", {now + pause_after(message.attempts), message.id});
    }
    return {};
  });
}

int OutboxDeliverer::deliver_part(int part) {
  if (!any_due(part)) return 0;
  int done = 0;
  for (const auto& message : claim(part)) {
    const auto delivery = deliver(message);
    settle(message, delivery);
    done += delivery == Delivery::done ? 1 : 0;
  }
  return done;
}

int OutboxDeliverer::deliver_due() {
  int done = 0;
  for (int part = 0; part < outbox_parts; ++part) done += deliver_part(part);
  return done;
}

void OutboxDeliverer::start() {
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void OutboxDeliverer::run() {
  for (;;) {
    int done = 0;
    try {
      done = deliver_due();
    } catch (const DatabaseError& error) {
      base::log(base::LogLevel::error, "outbox.database", {{"error", error.what()}});
    }
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, done > 0 ? std::chrono::milliseconds(0) : options_.interval, [&] { return stopping_; }))
      return;
  }
}

void OutboxDeliverer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace alting::store
