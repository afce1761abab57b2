#include "ledger/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ledger/entry.h"
#include "ledger/log_addresses.h"
#include "ledger/proved_entry.h"
#include "ledger/receipt.h"

namespace alting::ledger {

namespace {

constexpr base::JsonLimits receipt_limits{max_receipt_size, 16, 50'000};

bool has_exactly(const base::Json& object, std::initializer_list<std::string_view> names) {
  if (!object.is_object() || object.size() != names.size()) return false;
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return object.find(name) != nullptr; });
}

class Verifier {
 public:
  Verifier(const std::vector<GivenDocument>& documents, const std::vector<std::string>& trusted, GoodSignatures* good)
      : documents_(documents), good_(good != nullptr ? *good : of_this_receipt_) {
    for (const auto& text : trusted) {
      if (auto key = VerifierKey::parse(text))
        trusted_.push_back(std::move(*key));
      else if (auto unchecked = UncheckedKey::parse(text))
        unchecked_.push_back(std::move(*unchecked));
    }
  }

  Verification run(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (const auto fault = read(text)) {
      add(Claim::receipt_format, Verdict::refuted, "", *fault);
    } else {
      add(Claim::receipt_format, Verdict::proved, "", "a receipt of format alting.receipt/1");
      check_inclusion();
      check_signature_of_log();
      check_trust();
      check_witnesses();
      report_unchecked_keys();
      report_unknown_signatures();
      check_disclosures();
      check_documents();
    }
    conclude();
    return std::move(result_);
  }

 private:
  void add(Claim claim, Verdict verdict, std::string subject, std::string detail) {
    result_.findings.push_back({claim, verdict, std::move(subject), std::move(detail)});
  }

  std::optional<std::string> read(std::string_view text) {
    if (text.size() > max_receipt_size) return "the file is larger than any receipt";
    auto parsed = base::Json::parse(text, receipt_limits);
    if (!parsed) return "the file is not JSON";
    const auto canonical = base::canonical_json(*parsed);
    if (!canonical || *canonical != text)
      return "the file is not written as a receipt is (RFC 8785); it was changed or formatted anew";
    receipt_ = std::move(*parsed);
    if (receipt_.text("format") != "alting.receipt/1") return "the file is not a receipt of a known format";
    if (!has_exactly(receipt_, {"disclosed", "entry", "format", "keys", "proof", "salt"}))
      return "the receipt lacks a part or has an unknown one";
    if (const auto fault = fault_of_entry(receipt_["entry"])) return fault;
    auto proved = ProvedEntry::read(receipt_);
    if (!proved) return "the receipt's proof is malformed";
    proved_ = std::move(*proved);
    result_.entry = receipt_["entry"];
    result_.origin = proved_.checkpoint.origin;
    result_.tree_size = static_cast<std::int64_t>(proved_.checkpoint.size);
    result_.index = static_cast<std::int64_t>(proved_.proof.index);
    result_.test_log = is_test_log(result_.origin);
    if (proved_.checkpoint.origin != receipt_["entry"].text("origin"))
      return "the entry and the checkpoint are of different logs";
    if (const auto fault = read_disclosures()) return fault;
    return read_keys();
  }

  std::optional<std::string> read_disclosures() {
    if (!receipt_["disclosed"].is_object()) return "the disclosures are malformed";
    if (receipt_["disclosed"].size() > max_disclosures) return "the receipt discloses more than an entry can hold";
    result_.disclosed = base::Json::object();
    for (const auto& [path, value] : receipt_["disclosed"].members()) {
      if (!has_exactly(value, {"salt", "value"}) || !value["salt"].is_string() || !value["value"].is_string())
        return "a disclosure is malformed";
      auto salt = base::from_base64(value.text("salt"));
      if (!salt || salt->size() != disclosure_salt_size) return "the salt of a disclosure is malformed";
      disclosures_.push_back({path, std::move(*salt), std::string(value.text("value"))});
      result_.disclosed.set(path, value.text("value"));
    }
    return std::nullopt;
  }

  std::optional<std::string> read_keys() {
    const auto& keys = receipt_["keys"];
    if (!keys.is_array() || keys.size() == 0 || keys.size() > max_keys) return "the list of keys is malformed";
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const bool shaped =
          i == 0 ? has_exactly(keys[i], {"vkey"}) : has_exactly(keys[i], {"entry", "proof", "salt", "vkey"});
      auto key = VerifierKey::parse(keys[i].text("vkey"));
      if (!shaped || !key || key->type != KeyType::ed25519 || key->name != proved_.checkpoint.origin)
        return "a key is malformed or of another log";
      keys_.push_back(std::move(*key));
      if (i == 0) continue;
      auto announced = ProvedEntry::read(keys[i]);
      if (!announced || fault_of_entry(keys[i]["entry"])) return "the announcement of a key is malformed";
      announcements_.push_back(std::move(*announced));
    }
    return std::nullopt;
  }

  void check_inclusion() {
    if (proved_.is_included()) {
      add(Claim::entry_intact, Verdict::proved, "", "the entry is the one that was logged, to the letter");
      add(Claim::included, Verdict::proved, "",
          fmt::format("entry {} of {} in the log {}", result_.index + 1, result_.tree_size, result_.origin));
    } else {
      add(Claim::entry_intact, Verdict::refuted, "",
          "the entry or its salt is not the one that was logged, or the proof was changed");
      add(Claim::included, Verdict::refuted, "", "the proof does not lead from the entry to the checkpoint");
    }
  }

  void check_signature_of_log() {
    if (check_signature(proved_.note, keys_.back(), &good_).outcome == SignatureCheck::good)
      add(Claim::checkpoint_signed, Verdict::proved, keys_.back().text(),
          "the checkpoint carries a good signature by the receipt's key");
    else
      add(Claim::checkpoint_signed, Verdict::refuted, keys_.back().text(),
          "the checkpoint carries no good signature by the receipt's key");
  }

  // The announcement of keys_[i + 1] is an entry of this log that names it, under a checkpoint that keys_[i] signed and
  // no trusted key has signed badly.
  bool announced(std::size_t i) const {
    const auto& one = announcements_[i];
    return announces(receipt_["keys"][i + 1]["entry"], one, keys_[i], keys_[i + 1].text(), &good_) &&
           std::none_of(trusted_.begin(), trusted_.end(), [&](const VerifierKey& key) {
             return check_signature(one.note, key, &good_).outcome == SignatureCheck::bad;
           });
  }

  void check_trust() {
    for (std::size_t i = 0; i < announcements_.size(); ++i)
      if (!announced(i)) {
        add(Claim::signer_trusted, Verdict::refuted, keys_[i + 1].text(),
            "the announcement of this key under the one before it does not hold");
        return;
      }
    bool found = std::any_of(keys_.begin(), keys_.end(), [&](const VerifierKey& key) {
      return std::count(trusted_.begin(), trusted_.end(), key) > 0;
    });
    for (const auto& key : trusted_) {
      if (key.type != KeyType::ed25519) continue;
      const auto outcome = check_signature(proved_.note, key, &good_).outcome;
      if (outcome == SignatureCheck::bad) {
        add(Claim::checkpoint_signed, Verdict::refuted, key.text(), "a signature by a trusted key does not verify");
        return;
      }
      found = found || (outcome == SignatureCheck::good && key.name == proved_.checkpoint.origin);
    }
    if (found)
      add(Claim::signer_trusted, Verdict::proved, "", "the signer is a log you trust");
    else
      add(Claim::signer_trusted, Verdict::not_proved, "",
          "intact, signer unknown: no trusted key leads to the key of this receipt");
  }

  void check_witnesses() {
    bool some = false;
    for (const auto& key : trusted_) {
      if (key.type != KeyType::cosignature) continue;
      const auto checked = check_signature(proved_.note, key, &good_);
      if (checked.outcome == SignatureCheck::absent) continue;
      some = true;
      if (checked.outcome == SignatureCheck::good)
        add(Claim::time_witnessed, Verdict::proved, key.name,
            fmt::format("the witness saw this log, with the entry in it, at {}",
                        base::to_rfc3339({checked.witnessed_at * 1'000'000})));
      else
        add(Claim::time_witnessed, Verdict::refuted, key.name, "the cosignature of a trusted witness does not verify");
    }
    if (!some)
      add(Claim::time_witnessed, Verdict::not_proved, "",
          "the time is the operator's word: no trusted witness has signed");
  }

  // Such a key counts for nothing, but who gave it must hear so.
  void report_unchecked_keys() {
    for (const auto& key : unchecked_)
      add(Claim::checkpoint_signed, Verdict::not_proved, key.name,
          fmt::format("not checked here: a key of type 0x{:02x}", key.type));
  }

  void report_unknown_signatures() {
    for (const auto& signature : proved_.note.signatures) {
      const auto known = [&](const VerifierKey& key) {
        return key.name == signature.name && key.id() == signature.key_id;
      };
      const auto named = [&](const UncheckedKey& key) {
        return key.name == signature.name && key.id == signature.key_id;
      };
      if (known(keys_.back()) || std::any_of(trusted_.begin(), trusted_.end(), known) ||
          std::any_of(unchecked_.begin(), unchecked_.end(), named))
        continue;
      add(Claim::checkpoint_signed, Verdict::not_proved, signature.name,
          "not checked here: a further signature, by a key that is not known");
    }
  }

  // The digest that stands in the entry at a path of dots, such as "documents.0.file".
  std::string_view digest_at(std::string_view path) const {
    const base::Json* at = &result_.entry;
    while (true) {
      const auto dot = path.find('.');
      const auto step = path.substr(0, dot);
      if (at->is_array()) {
        std::size_t index = 0;
        if (step.empty() || step.size() > 5) return {};
        for (const char c : step) {
          if (c < '0' || c > '9') return {};
          index = 10 * index + static_cast<std::size_t>(c - '0');
        }
        if (std::to_string(index) != step) return {};
        at = &(*at)[index];
      } else {
        at = &(*at)[step];
      }
      if (dot == std::string_view::npos) return at->text_or("");
      path.remove_prefix(dot + 1);
    }
  }

  void check_disclosures() {
    for (const auto& one : disclosures_) {
      if (!digest_at(one.path).empty() && digest_at(one.path) == one.digest())
        add(Claim::disclosure, Verdict::proved, one.path, "the value shown is the one in the entry");
      else
        add(Claim::disclosure, Verdict::refuted, one.path, "the value shown is not the one in the entry");
    }
  }

  void check_documents() {
    static const base::Json none = base::Json::array();
    const auto& listed = result_.entry["documents"].is_array() ? result_.entry["documents"] : none;
    std::set<std::size_t> seen;
    for (const auto& given : documents_) {
      bool found = false;
      for (std::size_t i = 0; i < listed.size(); ++i) {
        if (listed[i].text("sha256") != base::to_hex(given.sha256)) continue;
        found = true;
        seen.insert(i);
      }
      if (found)
        add(Claim::document, Verdict::proved, given.name, "this document is in the entry, to the letter");
      else
        add(Claim::document, Verdict::refuted, given.name, "the entry holds no document with this digest");
    }
    for (std::size_t i = 0; i < listed.size(); ++i) {
      if (seen.contains(i)) continue;
      const auto path = fmt::format("documents.{}.file", i);
      add(Claim::document, Verdict::missing,
          std::string(result_.disclosed.find(path) ? result_.disclosed.text(path) : path),
          "this document of the entry was not given");
    }
  }

  void conclude() {
    const auto any = [&](auto wanted) { return std::any_of(result_.findings.begin(), result_.findings.end(), wanted); };
    using enum Verification::Overall;
    if (any([](const Finding& one) { return one.verdict == Verdict::refuted; }))
      result_.overall = broken;
    else if (any([](const Finding& one) {
               return one.claim == Claim::signer_trusted && one.verdict == Verdict::proved;
             }))
      result_.overall = verified;
    else
      result_.overall = signer_unknown;
  }

  const std::vector<GivenDocument>& documents_;
  GoodSignatures of_this_receipt_;  // the receipt's key is most often a trusted one too
  GoodSignatures& good_;
  std::vector<VerifierKey> trusted_;
  std::vector<UncheckedKey> unchecked_;
  base::Json receipt_;
  ProvedEntry proved_;
  std::vector<Disclosure> disclosures_;
  std::vector<VerifierKey> keys_;
  std::vector<ProvedEntry> announcements_;  // of keys_[1], keys_[2], ...
  Verification result_;
};

}  // namespace

std::string_view to_text(Claim claim) {
  switch (claim) {
    case Claim::receipt_format: return "receipt_format";
    case Claim::entry_intact: return "entry_intact";
    case Claim::included: return "included";
    case Claim::checkpoint_signed: return "checkpoint_signed";
    case Claim::signer_trusted: return "signer_trusted";
    case Claim::time_witnessed: return "time_witnessed";
    case Claim::disclosure: return "disclosure";
    case Claim::document: return "document";
  }
  return "";
}

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved: return "proved";
    case Verdict::not_proved: return "not_proved";
    case Verdict::refuted: return "refuted";
    case Verdict::missing: return "missing";
  }
  return "";
}

Verification verify_receipt(std::string_view receipt_json, const std::vector<GivenDocument>& documents,
                            const std::vector<std::string>& trusted, GoodSignatures* good) {
  return Verifier(documents, trusted, good).run(receipt_json);
}

}  // namespace alting::ledger
