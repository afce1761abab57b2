#include "ledger/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "ledger/decimal.h"
#include "ledger/receipt.h"

namespace alting::ledger {

namespace {

// Collects the members of one object, which the caller adds in the order of their names, as RFC 8785 wants.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  void name(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    base::append_json_string(out_, name);
    out_ += ':';
  }
  void text(std::string_view member, std::string_view value) {
    name(member);
    base::append_json_string(out_, value);
  }
  void text_if(std::string_view member, std::string_view value) {
    if (!value.empty()) text(member, value);
  }
  void number(std::string_view member, std::int64_t value) {
    name(member);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

// Salts a value, remembers it for disclosure, and gives the digest that stands in its place.
class Salter {
 public:
  explicit Salter(base::Random& random) : random_(random) {}
  std::string digest(std::vector<Disclosure>& where, std::string path, std::string_view value) {
    where.push_back({std::move(path), random_.bytes(disclosure_salt_size), std::string(value)});
    return where.back().digest();
  }

 private:
  base::Random& random_;
};

std::string_view to_text(terms::ActorKind kind) {
  switch (kind) {
    case terms::ActorKind::person: return "person";
    case terms::ActorKind::organisation: return "organisation";
    case terms::ActorKind::system: return "system";
  }
  return "system";
}

void write_actor(std::string& out, const terms::Actor& actor, Salter& salter, std::vector<Disclosure>& disclosed) {
  ObjectWriter object(out);
  if (!actor.party_uuid.is_nil()) object.text("id", salter.digest(disclosed, "actor.id", actor.party_uuid.text()));
  object.text("kind", to_text(actor.kind));
  object.number("level", static_cast<std::int64_t>(actor.level));
  object.text_if("method", actor.method);
  if (!actor.name.empty()) object.text("name", salter.digest(disclosed, "actor.name", actor.name));
  if (actor.supplier) object.text("supplier", salter.digest(disclosed, "actor.supplier", *actor.supplier));
  object.close();
}

void write_documents(std::string& out, const std::vector<DocumentDigest>& documents, Salter& salter,
                     std::vector<Disclosure>& disclosed) {
  out += '[';
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto& document = documents[i];
    if (i > 0) out += ',';
    ObjectWriter object(out);
    if (!document.file_name.empty())
      object.text("file", salter.digest(disclosed, fmt::format("documents.{}.file", i), document.file_name));
    object.text("media_type", document.media_type);
    object.text("role", document.role);
    object.text("sha256", base::to_hex(document.sha256));
    object.number("size", document.size);
    object.close();
  }
  out += ']';
}

void write_evidence(std::string& out, const terms::Evidence& evidence) {
  ObjectWriter object(out);
  object.number("access_version", evidence.access_version);
  object.text("kind", evidence.kind);
  object.text_if("policy", evidence.policy);
  object.text_if("role", evidence.role);
  object.text_if("source", evidence.source);
  object.close();
}

void write_party(std::string& out, const NewEntry& entry, Salter& salter, std::vector<Disclosure>& disclosed) {
  ObjectWriter object(out);
  if (entry.party_uuid) object.text("id", salter.digest(disclosed, "party.id", entry.party_uuid->text()));
  if (!entry.identity_number.empty())
    object.text("identity_number", salter.digest(disclosed, std::string(identity_number_path), entry.identity_number));
  if (!entry.party_name.empty()) object.text("name", salter.digest(disclosed, "party.name", entry.party_name));
  if (!entry.organisation_number.empty())
    object.text("organisation_number",
                salter.digest(disclosed, "party.organisation_number", entry.organisation_number));
  object.close();
}

void write_personal(std::string& out, std::vector<std::pair<std::string, std::string>> personal, Salter& salter,
                    std::vector<Disclosure>& disclosed) {
  std::sort(personal.begin(), personal.end());
  ObjectWriter object(out);
  for (std::size_t i = 0; i < personal.size(); ++i) {
    if (i > 0 && personal[i].first == personal[i - 1].first)
      throw std::logic_error("a personal field of an entry is given twice");
    object.text(personal[i].first, salter.digest(disclosed, "personal." + personal[i].first, personal[i].second));
  }
  object.close();
}

constexpr std::string_view actor_number = "actor number";  // among the actor's disclosures; no path of one

// Framing inside the sealed octets: lengths are 32 bits, big end first.
void put(base::Bytes& out, base::ByteView bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift & 0xff);
  out += bytes;
}

std::optional<base::ByteView> take(base::ByteView& in) {
  if (in.size() < 4) return std::nullopt;
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<std::uint8_t>(in[i]);
  if (in.size() - 4 < size) return std::nullopt;
  const base::ByteView bytes = in.substr(4, size);
  in.remove_prefix(4 + std::size_t{size});
  return bytes;
}

void put_disclosures(base::Bytes& out, const std::vector<Disclosure>& disclosures) {
  for (const auto& one : disclosures) {
    put(out, one.path);
    put(out, one.salt);
    put(out, one.value);
  }
}

std::optional<std::vector<Disclosure>> take_disclosures(base::ByteView in) {
  std::vector<Disclosure> disclosures;
  while (!in.empty()) {
    const auto path = take(in), salt = path ? take(in) : std::nullopt, value = salt ? take(in) : std::nullopt;
    if (!value) return std::nullopt;
    disclosures.push_back({std::string(*path), base::Bytes(*salt), std::string(*value)});
  }
  return disclosures;
}

}  // namespace

std::string Disclosure::digest() const {
  base::Bytes input = salt;
  input += value;
  return base::to_base64(hash_of(input).view());
}

Hash commitment_of(base::ByteView salt, std::string_view canonical) {
  base::Bytes input;
  input.reserve(salt.size() + canonical.size());
  input += salt;
  input += canonical;
  return hash_of(input);
}

terms::ActorKind actor_kind_from(std::string_view text) {
  for (const auto kind : {terms::ActorKind::person, terms::ActorKind::organisation})
    if (text == to_text(kind)) return kind;
  return terms::ActorKind::system;
}

Hash EntryText::commitment() const { return commitment_of(salt, canonical); }

EntryText write_entry(const NewEntry& entry, const base::Uuid& id, base::Instant logged, std::string_view origin,
                      base::Random& random, std::string_view address) {
  EntryText text;
  text.party = entry.party ? entry.party->value : 0;
  text.actor = entry.actor.party.value;
  Salter salter(random);
  std::string& out = text.canonical;
  out.reserve(1024);
  ObjectWriter object(out);
  object.name("actor");
  write_actor(out, entry.actor, salter, text.of_actor);
  if (entry.agency) object.text("agency", *entry.agency);
  object.text("at", base::to_rfc3339(entry.at));
  if (!entry.documents.empty()) {
    object.name("documents");
    write_documents(out, entry.documents, salter, text.of_party);
  }
  if (entry.evidence) {
    object.name("evidence");
    write_evidence(out, *entry.evidence);
  }
  object.text("format", "alting.entry/1");
  object.text("id", id.text());
  if (entry.instance) object.text("instance", entry.instance->text());
  object.text("kind", info(entry.kind).name);
  object.text_if("log", address);
  object.text("logged", base::to_rfc3339(logged));
  object.text("origin", origin);
  if (entry.parameters.size() > 0) {
    object.name("parameters");
    auto parameters = base::canonical_json(entry.parameters);
    if (!parameters) throw std::logic_error("an entry's parameters are strings, integers and lists of them");
    out += *parameters;
  }
  if (entry.party_uuid || !entry.party_name.empty() || !entry.organisation_number.empty() ||
      !entry.identity_number.empty()) {
    object.name("party");
    write_party(out, entry, salter, text.of_party);
  }
  if (!entry.personal.empty()) {
    object.name("personal");
    write_personal(out, entry.personal, salter, text.of_party);
  }
  object.text_if("resource", entry.resource);
  object.close();
  if (out.size() > max_entry_size) throw std::length_error("a log entry is over its limit of size");
  text.salt = random.bytes(entry_salt_size);
  return text;
}

base::Bytes pack_entry(const EntryText& text, bool with_actor) {
  base::Bytes out;
  out.reserve(text.canonical.size() + 512);
  put(out, text.salt);
  put(out, fmt::format("{} {}", text.party, with_actor ? text.actor : 0));
  put(out, text.canonical);
  put_disclosures(out, text.of_party);
  if (with_actor) put_disclosures(out, text.of_actor);
  return out;
}

base::Bytes pack_actor(const EntryText& text) {
  base::Bytes out;
  put_disclosures(out, {{std::string(actor_number), {}, std::to_string(text.actor)}});
  put_disclosures(out, text.of_actor);
  return out;
}

std::optional<EntryText> unpack_entry(base::ByteView packed) {
  const auto salt = take(packed);
  const auto numbers = salt ? take(packed) : std::nullopt;
  const auto canonical = numbers ? take(packed) : std::nullopt;
  if (!canonical) return std::nullopt;
  const auto space = numbers->find(' ');
  const auto party = parse_decimal(numbers->substr(0, space), largest_number);
  const auto actor =
      space == base::ByteView::npos ? std::nullopt : parse_decimal(numbers->substr(space + 1), largest_number);
  if (!party || !actor) return std::nullopt;
  auto disclosures = take_disclosures(packed);
  if (!disclosures) return std::nullopt;
  EntryText text;
  text.salt = base::Bytes(*salt);
  text.party = static_cast<std::int64_t>(*party);
  text.actor = static_cast<std::int64_t>(*actor);
  text.canonical = std::string(*canonical);
  for (auto& one : *disclosures)
    (one.path.starts_with("actor.") ? text.of_actor : text.of_party).push_back(std::move(one));
  return text;
}

std::optional<ActorPart> unpack_actor(base::ByteView packed) {
  auto disclosures = take_disclosures(packed);
  if (!disclosures) return std::nullopt;
  ActorPart part{0, std::move(*disclosures)};
  if (part.disclosures.empty() || part.disclosures.front().path != actor_number) return part;
  const auto number = parse_decimal(part.disclosures.front().value, largest_number);
  if (!number) return std::nullopt;
  part.actor = static_cast<std::int64_t>(*number);
  part.disclosures.erase(part.disclosures.begin());
  return part;
}

}  // namespace alting::ledger
