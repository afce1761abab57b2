#include "privacy/copy_maker.h"

#include "base/log.h"
#include "crypto/hash.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/bag_writer.h"
#include "privacy/copy_signer.h"
#include "privacy/minisign.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr base::Duration between_looks = base::Duration::seconds(2), after_a_failure = base::Duration::minutes(1),
                         lease_too_far = base::Duration::minutes(10);  // written by a clock that was wrong
constexpr int waits_for_receipt = 30;                                  // of a second each

}  // namespace

Gathering gathering_by(const GatherNeeds& needs) {
  return {.subject = [needs](const terms::Permit& permit,
                             base::Language language) { return copy_subject(needs, permit, language); },
          .gather = [needs](const CopySubject& subject, const terms::Permit& permit,
                            CopySink& sink) { return gather(needs, subject, permit, sink); },
          .article_15 = [needs](const CopySubject& subject, const Gathered& gathered,
                                base::Instant at) { return article_15(needs, subject, gathered, at); },
          .agency_name =
              [&apps = needs.apps](std::string_view org, base::Language language) {
                for (const auto& app : apps.all())
                  if (app->facts().id.org == org) return app->controller(language).name;
                return std::string();
              }};
}

// Whose copy it is for now, and whether there is a reason to go on.
class CopyMaker::Turn {
 public:
  Turn(CopyMaker& maker, const StoredCopy& copy, std::string holder)
      : maker_(maker), id_(copy.id), holder_(std::move(holder)), looked_(maker.with_.clock.now()) {}

  bool goes_on() {
    if (maker_.workers_.stopping()) stopped_ = true;
    if (!stopped_ && maker_.with_.clock.now() - looked_ >= between_looks) hold();
    return !stopped_;
  }
  void note(std::int64_t done, std::int64_t of) {
    done_ = done;
    all_ = of;
  }
  [[nodiscard]] const std::string& holder() const { return holder_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  // Inside a transaction: it is still ours, and nobody has deleted it.
  [[nodiscard]] bool holds(store::Tx& tx) const {
    return tx
        .query_one(
            "SELECT copy_id FROM privacy_copy WHERE copy_id = ? AND lease_holder = ? AND state = 'waiting' "
            "{lock}",
            {id_, holder_})
        .has_value();
  }

 private:
  void hold() {
    looked_ = maker_.with_.clock.now();
    const auto kept = maker_.with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
      return tx.run(
                 "UPDATE privacy_copy SET leased_until = ?, items_done = ?, items_all = ? WHERE copy_id = ? AND "
                 "lease_holder = ? AND state = 'waiting'",
                 {looked_ + copy_lease, done_, all_, id_, holder_}) > 0;
    });
    stopped_ = !*kept;
  }
  CopyMaker& maker_;
  CopyId id_;
  std::string holder_;
  base::Instant looked_;
  std::int64_t done_ = 0, all_ = 0;
  bool stopped_ = false;
};

void CopyMaker::start() {
  constexpr base::Workers::Pause pause = std::chrono::seconds(2);
  workers_.repeat("copies.failed", pause, [this] {
    while (!workers_.stopping() && make_next()) {
    }
    return pause;
  });
}

void CopyMaker::stop() { workers_.stop(); }

std::optional<StoredCopy> CopyMaker::take(const std::string& holder) {
  const auto now = with_.clock.now();
  auto taken = with_.database.write([&](store::Tx& tx) -> base::Result<std::optional<StoredCopy>> {
    tx.run(
        "UPDATE privacy_copy SET state = 'failed', lease_holder = NULL WHERE state = 'waiting' AND tries >= ? AND "
        "leased_until <= ?",
        {max_copy_tries, now});
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM privacy_copy WHERE state = 'waiting' AND (leased_until <= ? OR leased_until > ?) "
                    "ORDER BY asked_at LIMIT 1 {{lock}}",
                    copy_columns),
        {now, now + lease_too_far});
    if (!row) return std::optional<StoredCopy>();
    auto copy = stored_copy_from(*row);
    tx.run(
        "UPDATE privacy_copy SET lease_holder = ?, leased_until = ?, tries = tries + 1, items_done = 0, items_all = 0 "
        "WHERE copy_id = ?",
        {holder, now + copy_lease, copy.id});
    return std::optional(std::move(copy));
  });
  return *std::move(taken);
}

bool CopyMaker::make_next() {
  const auto holder = base::Uuid::v4(with_.random).text();
  const auto copy = take(holder);
  if (!copy) return false;
  store::failpoint::pass("copies.taken");
  Turn turn(*this, *copy, holder);
  try {
    make(*copy, turn);
    if (turn.stopped()) give_back(*copy, holder, false);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "copies.failed", {{"reason", error.what()}});
    give_back(*copy, holder, true);
  }
  return true;
}

void CopyMaker::give_back(const StoredCopy& copy, const std::string& holder, bool failed) {
  const auto now = with_.clock.now();
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    // A stop is no fault of the copy.
    tx.run(
        "UPDATE privacy_copy SET lease_holder = NULL, leased_until = ?, tries = tries - ? WHERE copy_id = ? AND "
        "lease_holder = ? AND state = 'waiting'",
        {failed ? now + after_a_failure : now, failed ? 0 : 1, copy.id, holder});
    return {};
  });
}

std::optional<ledger::Receipt> CopyMaker::enter(const StoredCopy& copy, const terms::Permit& permit, Turn& turn,
                                                base::ByteView list, std::int64_t items, const std::string& signer) {
  auto entry = ledger::entry_for(ledger::EventKind::copy_made, permit, with_.clock.now());
  entry.documents.push_back({.role = "copy",
                             .media_type = "text/plain",
                             .file_name = std::string(list_of_lists),
                             .size = static_cast<std::int64_t>(list.size()),
                             .sha256 = crypto::sha256(list)});
  entry.set(ledger::parameter::copy, copy.id.text());
  entry.set(ledger::parameter::count, items);
  entry.set(ledger::parameter::signer, signer);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  std::optional<ledger::EntryHandle> handle;
  const auto written = with_.database.write([&](store::Tx& tx) -> base::Status {
    handle.reset();
    if (turn.holds(tx)) handle = with_.ledger.append(tx, prepared);
    return {};
  });
  if (!written || !handle) return std::nullopt;
  store::failpoint::pass("copies.logged");
  if (auto receipt = with_.ledger.await_receipt(*handle)) return *std::move(receipt);
  for (int waited = 0; waited < waits_for_receipt && turn.goes_on(); ++waited) {
    if (auto receipt = with_.ledger.receipt(prepared.id)) return *std::move(receipt);
    (void)workers_.wait(std::chrono::seconds(1));
  }
  if (turn.stopped()) return std::nullopt;
  throw std::runtime_error("the log gave no receipt of a copy");
}

void CopyMaker::make(const StoredCopy& copy, Turn& turn) {
  const auto must = [](auto result, const char* what) {
    if (!result) throw std::runtime_error(fmt::format("{}: {}", what, result.error().code));
    return *std::move(result);
  };
  const auto texts = must(base::Texts::load(with_.texts), "texts");
  const auto permit = must(
      with_.decider.permit_for_job(access::JobKind::portable, terms::Action::read, {.party = copy.party}), "permit");
  const auto subject = must(with_.gathering.subject(permit, copy.language), "subject");
  const auto key = copy_signing_key(with_.database, with_.vault, with_.clock, with_.random);
  const auto signer = minisign_key(key);
  const auto party = with_.parties.find(copy.party);
  const auto holder = instances::party_holder(copy.party);

  const auto blob = with_.vault.create_blob({holder});
  BagWriter bag({.texts = texts,
                 .language = copy.language,
                 .random = with_.random,
                 .spool = with_.spool,
                 .party_name = party ? party->name : std::string(),
                 .at = with_.clock.now(),
                 .sink = [&](base::ByteView part) { blob->append(part); },
                 .agency_name =
                     [&](std::string_view org) {
                       return with_.gathering.agency_name ? with_.gathering.agency_name(org, copy.language)
                                                          : std::string();
                     },
                 .wants_more = [&] { return turn.goes_on(); },
                 .progress = [&](std::int64_t done, std::int64_t of) { turn.note(done, of); }});
  const auto gathered = must(with_.gathering.gather(subject, permit, bag), "gathering");
  if (!gathered.whole || turn.stopped()) return;
  store::failpoint::pass("copies.gathered");
  bag.add_article_15(with_.gathering.article_15(subject, gathered, with_.clock.now()));
  std::string log_keys;
  for (const auto& one : with_.ledger.verifier_keys()) log_keys += one + "\n";
  const auto list = bag.close(copy.id.text(), {{std::string(public_key_file), minisign_key_file(signer)},
                                               {"log-checkpoint.txt", with_.ledger.checkpoint()},
                                               {"log-keys.txt", log_keys}});
  bag.add_beside(list_signature, minisign(key, list, "copy " + copy.id.text()));
  const auto receipt = enter(copy, permit, turn, list, bag.records(), signer);
  if (!receipt) return;
  bag.add_beside(list_receipt, receipt->json);
  bag.finish();
  store::failpoint::pass("copies.written");
  const auto made = blob->finish();
  store::failpoint::pass("copies.before_ready");
  const auto now = with_.clock.now();
  const auto ready = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    return tx.run(
               "UPDATE privacy_copy SET state = 'ready', key_id = ?, blob_name = ?, size = ?, digest = ?, kept_from = "
               "?, lease_holder = NULL, leased_until = 0 WHERE copy_id = ? AND lease_holder = ? AND state = 'waiting'",
               {made.key_id, made.name, made.size, store::Value::octets(made.digest), now, copy.id, turn.holder()}) > 0;
  });
  // Deleted, or another's by now: nobody is given this one.
  if (!*ready) with_.vault.discard_blob(made, holder);
}

}  // namespace alting::privacy
