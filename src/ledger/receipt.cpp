#include "ledger/receipt.h"

#include <algorithm>

#include "base/json.h"
#include "ledger/checkpoint.h"

namespace alting::ledger {

namespace {

void append_text(std::string& out, std::string_view before, std::string_view value) {
  out += before;
  base::append_json_string(out, value);
}

void append_key(std::string& out, const KeyStatement& key) {
  out += '{';
  if (!key.entry.empty()) {
    out += "\"entry\":" + key.entry;
    append_text(out, ",\"proof\":", key.proof);
    append_text(out, ",\"salt\":", base::to_base64(key.salt));
    out += ',';
  }
  append_text(out, "\"vkey\":", key.vkey);
  out += '}';
}

}  // namespace

std::string write_receipt(const EntryText& text, const std::vector<KeyStatement>& keys, std::string_view proof,
                          bool with_identity_number) {
  std::vector<const Disclosure*> disclosures;
  for (const auto* list : {&text.of_actor, &text.of_party})
    for (const auto& one : *list)
      if (with_identity_number || one.path != identity_number_path) disclosures.push_back(&one);
  std::sort(disclosures.begin(), disclosures.end(),
            [](const Disclosure* a, const Disclosure* b) { return a->path < b->path; });
  std::string out;
  out.reserve(text.canonical.size() + proof.size() + 100 * disclosures.size() + 512);
  out += "{\"disclosed\":{";
  for (std::size_t i = 0; i < disclosures.size(); ++i) {
    append_text(out, i == 0 ? "" : ",", disclosures[i]->path);
    append_text(out, ":{\"salt\":", base::to_base64(disclosures[i]->salt));
    append_text(out, ",\"value\":", disclosures[i]->value);
    out += '}';
  }
  out += "},\"entry\":";
  out += text.canonical;
  out += ",\"format\":\"alting.receipt/1\",\"keys\":[";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) out += ',';
    append_key(out, keys[i]);
  }
  append_text(out, "],\"proof\":", proof);
  append_text(out, ",\"salt\":", base::to_base64(text.salt));
  out += '}';
  return out;
}

void keep_line_of(KeyStatement& key, std::string_view vkey_before) {
  auto proof = TlogProof::parse(key.proof);
  const auto before = VerifierKey::parse(vkey_before);
  auto line = proof && before ? only_line_of(proof->checkpoint, *before) : std::nullopt;
  if (!line) return;
  proof->checkpoint = std::move(*line);
  key.proof = proof->text();
}

std::string write_key_statement(const KeyStatement& key) {
  std::string out;
  append_key(out, key);
  return out;
}

std::optional<KeyStatement> read_key_statement(std::string_view json) {
  const auto parsed = base::Json::parse(json);
  if (!parsed) return std::nullopt;
  KeyStatement key;
  key.vkey = parsed->text("vkey");
  if (key.vkey.empty()) return std::nullopt;
  if (const auto* entry = parsed->find("entry")) {
    auto canonical = base::canonical_json(*entry);
    auto salt = base::from_base64(parsed->text("salt"));
    if (!canonical || !salt) return std::nullopt;
    key.entry = std::move(*canonical);
    key.salt = std::move(*salt);
    key.proof = parsed->text("proof");
  }
  return key;
}

}  // namespace alting::ledger
