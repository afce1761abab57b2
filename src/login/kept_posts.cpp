#include "login/kept_posts.h"

#include <charconv>

#include "base/bytes.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "login/kept.h"
#include "store/row_reader.h"

namespace alting::login {
namespace {

constexpr std::string_view mark_use = "alting kept post mark";
constexpr std::string_view rule = "login.kept_post";

std::string place_hash(std::string_view place) { return base::to_hex(crypto::sha256(place)); }

// Bound to person and page, so that rows cannot be exchanged.
std::string bound_to(std::int64_t user_id, std::string_view place) {
  return std::to_string(user_id) + "\n" + std::string(place);
}

// Whose it is: a user's id, or of an organisation its party's number below zero, where no user is. 0: nobody's.
std::int64_t holder_of(const terms::Actor& actor) {
  switch (actor.kind) {
    case terms::ActorKind::person: return actor.user_id;
    case terms::ActorKind::organisation: return -actor.party.value;
    case terms::ActorKind::system: break;
  }
  return 0;
}

std::string to_text(const KeptPosts::Fields& fields) {
  auto list = base::Json::array();
  for (const auto& [name, value] : fields) list.push_back(base::Json::array({name, value}));
  return list.dump();
}

KeptPosts::Fields from_text(std::string_view text) {
  KeptPosts::Fields fields;
  const auto list = base::Json::parse(text, {.size = 16 * KeptPosts::largest, .depth = 3, .values = 100'000});
  if (!list || !list->is_array()) return fields;
  for (const auto& pair : list->items()) {
    if (pair.is_array() && pair.items().size() == 2)
      fields.emplace_back(pair.items()[0].text_or(""), pair.items()[1].text_or(""));
  }
  return fields;
}

}  // namespace

KeptPosts::KeptPosts(store::Database& database, const crypto::SecretBytes& key, const base::Clock& clock,
                     base::Random& random)
    : database_(database),
      mark_key_(crypto::hkdf_sha256(key.reveal(), "", "alting kept posts: mark", crypto::seal_key_size)),
      fields_key_(crypto::hkdf_sha256(key.reveal(), "", "alting kept posts: fields", crypto::seal_key_size)),
      clock_(clock),
      random_(random) {}

std::string KeptPosts::mark(const terms::Actor& actor) const {
  const auto holder = holder_of(actor);
  if (holder == 0) return "";
  const auto said = std::to_string(holder) + " " + std::to_string(clock_.now().micros);
  return base::to_base64url(crypto::seal(mark_key_, said, mark_use, random_));
}

std::optional<std::int64_t> KeptPosts::holder_in(std::string_view mark) const {
  if (mark.empty() || mark.size() > 200) return std::nullopt;
  const auto sealed = base::from_base64url(mark);
  if (!sealed) return std::nullopt;
  const auto said = crypto::open(mark_key_, *sealed, mark_use);
  if (!said) return std::nullopt;
  std::int64_t user_id = 0, made_at = 0;
  const auto blank = said->find(' ');
  if (blank == std::string::npos) return std::nullopt;
  std::from_chars(said->data(), said->data() + blank, user_id);
  std::from_chars(said->data() + blank + 1, said->data() + said->size(), made_at);
  if (base::Instant{made_at} + mark_good_for < clock_.now()) return std::nullopt;
  return user_id;
}

bool KeptPosts::is_of_another(std::string_view mark, const terms::Actor& actor) const {
  const auto holder = holder_in(mark);
  return holder && *holder != holder_of(actor);
}

bool KeptPosts::is_made_for(std::string_view mark, const terms::Actor& actor) const {
  return holder_in(mark) == holder_of(actor);
}

bool KeptPosts::keep(std::string_view mark, std::string_view place, const Fields& fields) {
  const auto user_id = holder_in(mark);
  if (!user_id || fields.empty()) return false;
  std::size_t size = 0;
  for (const auto& [name, value] : fields) size += name.size() + value.size();
  if (size > largest) return false;
  const auto sealed = crypto::seal(fields_key_, to_text(fields), bound_to(*user_id, place), random_);
  const auto hash = place_hash(place);
  const auto now = clock_.now();
  const auto written = database_.write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM login_kept_post WHERE user_id = ? AND (kept_at < ? OR place_hash = ?)",
           {*user_id, oldest_kept(rule, now), hash});
    const auto others = tx.query(
        "SELECT place_hash FROM login_kept_post WHERE user_id = ? ORDER BY kept_at DESC, place_hash", {*user_id});
    for (std::size_t i = max_pages - 1; i < others.size(); ++i)
      tx.run("DELETE FROM login_kept_post WHERE user_id = ? AND place_hash = ?",
             {*user_id, store::read_one<std::string>(others[i])});
    tx.run("INSERT INTO login_kept_post (user_id, place_hash, fields, kept_at) VALUES (?, ?, ?, ?)",
           {*user_id, hash, store::Value::octets(sealed), now});
    return {};
  });
  return written.has_value();
}

std::optional<KeptPosts::Fields> KeptPosts::find(const terms::Actor& actor, std::string_view place) const {
  const auto holder = holder_of(actor);
  if (holder == 0) return std::nullopt;
  const auto hash = place_hash(place);
  const auto oldest = oldest_kept(rule, clock_.now());
  const auto sealed = database_.read([&](store::Tx& tx) -> std::optional<base::Bytes> {
    const auto row =
        tx.query_one("SELECT fields FROM login_kept_post WHERE user_id = ? AND place_hash = ? AND kept_at >= ?",
                     {holder, hash, oldest});
    if (!row) return std::nullopt;
    return store::read_one<base::Bytes>(*row);
  });
  if (!sealed) return std::nullopt;
  const auto text = crypto::open(fields_key_, *sealed, bound_to(holder, place));
  if (!text) return std::nullopt;  // sealed under a key that was replaced
  return from_text(*text);
}

void KeptPosts::forget(const terms::Actor& actor, std::string_view place) {
  const auto holder = holder_of(actor);
  if (holder == 0) return;
  const auto hash = place_hash(place);
  const auto there = database_.read([&](store::Tx& tx) {
    return tx.query_one("SELECT 1 FROM login_kept_post WHERE user_id = ? AND place_hash = ?", {holder, hash})
        .has_value();
  });
  if (!there) return;  // nearly always: no write for nothing
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM login_kept_post WHERE user_id = ? AND place_hash = ?", {holder, hash});
    return {};
  });
  if (!done) throw store::DatabaseError("what was kept could not be deleted");
}

}  // namespace alting::login
