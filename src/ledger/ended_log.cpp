#include "ledger/ended_log.h"

#include "base/log.h"
#include "ledger/succession.h"

namespace alting::ledger {

namespace {

constexpr std::size_t lines_of_before = 64;  // notes of before carried more lines than a receipt may

class HeldTree {
 public:
  HeldTree(store::Database& database, const LogRow& row) : database_(database), row_(row) {
    try {
      view_ = database.read([&](store::Tx& tx) { return load_tree(tx, row.log, row.size); }).view();
      if (view_->root() != row.root) view_.reset();
    } catch (const store::DatabaseError& error) {
      base::log(base::LogLevel::error, "ledger.ended_log_damaged",
                {{"origin", std::string_view(row.origin)}, {"reason", error.what()}});
    }
  }
  // Whether the checkpoint is a beginning of what the database has.
  [[nodiscard]] bool holds(const Checkpoint& state) const {
    if (!view_ || state.origin != row_.origin || state.size > view_->size()) return false;
    if (state.size == 0) return state.root == empty_root();
    return view_->root_at(state.size, [&](unsigned level, std::uint64_t number) -> std::shared_ptr<const Tile> {
      return database_.read([&](store::Tx& tx) { return load_tile(tx, row_.log, level, number); });
    }) == state.root;
  }

 private:
  store::Database& database_;
  const LogRow& row_;
  std::shared_ptr<const TreeView> view_;
};

struct SignedState {
  Checkpoint checkpoint;
  std::string note;
};

// The checkpoint of a note that one of the keys has signed well.
std::optional<SignedState> signed_state(std::string_view text, const std::vector<KeyStatement>& keys) {
  const auto note = SignedNote::parse(text, lines_of_before);
  const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
  if (!checkpoint) return std::nullopt;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    const auto verifier = VerifierKey::parse(key->vkey);
    if (verifier && check_signature(*note, *verifier).outcome == SignatureCheck::good)
      return SignedState{*checkpoint, std::string(text)};
  }
  return std::nullopt;
}

// The newest note in the database, of those written now and then and those under which keys were announced, that the
// tree holds.
std::optional<SignedState> newest_note(const LogRow& row, const std::vector<KeyStatement>& keys, const HeldTree& tree) {
  std::vector<std::string> notes;
  if (row.note) notes.push_back(*row.note);
  for (const auto& key : keys)
    if (const auto proof = TlogProof::parse(key.proof)) notes.push_back(proof->checkpoint);
  std::optional<SignedState> newest;
  for (const auto& note : notes) {
    auto state = signed_state(note, keys);
    if (state && tree.holds(state->checkpoint) && (!newest || state->checkpoint.size > newest->checkpoint.size))
      newest = std::move(state);
  }
  return newest;
}

std::optional<NoteSigner> last_signer(const SigningKeys& files, const LogRow& row,
                                      const std::vector<KeyStatement>& keys) {
  if (keys.empty()) return std::nullopt;
  auto signer = files.load(row.log, static_cast<std::int64_t>(keys.size()) - 1);
  if (!signer || signer->verifier().text() != keys.back().vkey) return std::nullopt;
  return std::move(*signer);
}

std::vector<KeyStatement> statements_in(store::Database& database, std::int64_t log) {
  return statements_of(database.read([&](store::Tx& tx) { return keys(tx, log); }));
}

}  // namespace

std::vector<KeyStatement> statements_of(const std::vector<KeyRow>& keys) {
  std::vector<KeyStatement> all;
  for (const auto& row : keys) {
    auto statement = row.statement ? read_key_statement(*row.statement) : std::nullopt;
    if (!statement) break;
    if (!all.empty()) keep_line_of(*statement, all.back().vkey);
    all.push_back(std::move(*statement));
  }
  return all;
}

Ending end_of(store::Database& database, const SigningKeys& files, const LogRow& row,
              const std::optional<Checkpoint>& guarded) {
  const HeldTree tree(database, row);
  const auto keys = statements_in(database, row.log);
  Ending ending{"", {row.origin, 0, empty_root()}, last_signer(files, row, keys)};
  const bool ours = guarded && guarded->origin == row.origin;
  if (ours) ending.known = *guarded;
  if (ours && ending.signer && tree.holds(*guarded)) {  // signed before: Ed25519 gives the same signature
    ending.note = guarded->sign({*ending.signer});
  } else if (auto found = newest_note(row, keys, tree)) {
    if (!ours) ending.known = found->checkpoint;
    ending.note = std::move(found->note);
  }
  return ending;
}

Ending end_log(store::Database& database, const SigningKeys& files, const LogRow& row, CheckpointGuard& guard) {
  const auto stored = guard.stored();
  if (stored.size < row.size && HeldTree(database, row).holds(stored))
    guard.swap(stored, {row.origin, row.size, row.root});
  return end_of(database, files, row, guard.stored());
}

std::optional<Checkpoint> kept_state(const std::filesystem::path& guard, std::string_view origin) {
  std::optional<Checkpoint> newest;
  for (auto& kept : CheckpointGuard::peek_all(guard))
    if (kept.origin == origin && (!newest || kept.size > newest->size)) newest = std::move(kept);
  return newest;
}

std::optional<std::string> tie(const Ending& ended, const SigningKeys& files, const LogRow& next) {
  const auto signer = files.load(next.log, 0);
  if (!ended.signer || !signer || signer->verifier().name != next.origin) return std::nullopt;
  return Succession{ended.known, ended.signer->verifier(), signer->verifier(), next.created_at}.sign(*ended.signer,
                                                                                                     *signer);
}

void settle_ended_logs(store::Database& database, const LedgerOptions& options, const std::vector<LogRow>& all) {
  const SigningKeys files(options.keys);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i + 1].succession) continue;  // ended by this program, or settled before
    const auto ending = end_of(database, files, all[i], kept_state(options.guard, all[i].origin));
    const auto statement = tie(ending, files, all[i + 1]);
    (void)database.write([&](store::Tx& tx) -> base::Status {
      set_note(tx, all[i].log, ending.note);
      set_succession(tx, all[i + 1].log, statement.value_or(""));
      return {};
    });
  }
}

std::shared_ptr<const Published> open_ended(store::Database& database, const LogRow& row) {
  auto statements = std::make_shared<std::vector<KeyStatement>>(statements_in(database, row.log));
  const auto note = SignedNote::parse(row.note.value_or(""), lines_of_before);
  const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
  if (!checkpoint || checkpoint->origin != row.origin || checkpoint->size > row.size) return nullptr;
  const auto signed_by_last = [&] {
    const auto key = VerifierKey::parse(statements->back().vkey);
    return key && check_signature(*note, *key).outcome == SignatureCheck::good;
  };
  while (!statements->empty() && !signed_by_last()) statements->pop_back();
  if (statements->empty()) return nullptr;
  const auto view = database.read([&](store::Tx& tx) { return load_tree(tx, row.log, checkpoint->size); }).view();
  if (view->root() != checkpoint->root) {
    base::log(
        base::LogLevel::error, "ledger.ended_log_damaged",
        {{"origin", std::string_view(row.origin)}, {"reason", "its leaves do not give the root that was signed"}});
    return nullptr;
  }
  return std::make_shared<const Published>(Published{*checkpoint, *row.note, view, statements});
}

}  // namespace alting::ledger
