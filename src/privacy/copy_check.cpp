#include "privacy/copy_check.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "base/text.h"
#include "crypto/hash.h"
#include "paper/zip.h"
#include "privacy/bag_writer.h"
#include "privacy/minisign.h"

namespace alting::privacy {
namespace {

using ledger::Verdict;

constexpr std::size_t max_kept_tag = 2 * 1024 * 1024;  // octets
// A list is digests, which no ZIP makes much smaller: what grows more than this was made to fill memory.
constexpr std::size_t max_manifest_ratio = 4;
constexpr std::string_view payload_folder = "data/", manifest_name = "manifest-sha256.txt";
// What stands beside the list of lists and cannot be in it.
constexpr std::array beside{list_of_lists, list_signature, list_receipt};
// Of the files beside the payload those that are read; of the others the digest alone is needed.
constexpr std::array read_here{list_of_lists, list_signature, list_receipt, public_key_file};

// A line of a list: digest, two blanks, name.
struct ListedFile {
  std::string_view digest, name;
};
std::optional<ListedFile> read_listed(std::string_view line) {
  constexpr std::size_t digits = 64;
  if (line.size() < digits + 3 || line.substr(digits, 2) != "  ") return std::nullopt;
  return ListedFile{line.substr(0, digits), line.substr(digits + 2)};
}

// Goes through a list line by line, in pieces as they come.
class ListReader {
 public:
  void add(base::ByteView part, const std::function<void(std::string_view line)>& line) {
    waiting_ += part;
    std::size_t from = 0;
    for (auto end = waiting_.find('\n'); end != std::string::npos; end = waiting_.find('\n', from)) {
      line(std::string_view(waiting_).substr(from, end - from));
      from = end + 1;
    }
    waiting_.erase(0, from);
  }
  [[nodiscard]] bool whole() const { return waiting_.empty(); }
  [[nodiscard]] bool too_long() const { return waiting_.size() > max_kept_tag; }

 private:
  std::string waiting_;
};

class CopyChecker {
 public:
  explicit CopyChecker(const std::vector<std::string>& trusted) : trusted_(trusted) {}

  CheckedCopy check(base::ByteView archive, const base::Clock& clock,
                    const std::vector<ledger::GivenDocument>& documents) {
    paper::ZipLimits limits;
    limits.entries = max_copy_files;
    limits.entry_size = limits.total_size = std::numeric_limits<std::size_t>::max() / 4;
    limits.ratio = 5'000;
    limits.name_size = 1024;
    limits.time = base::Duration::hours(24);
    max_manifest_octets_ = archive.size() * max_manifest_ratio;
    const auto walked = paper::walk_zip(archive, clock, limits,
                                        [this](const std::string& name, base::ByteView part) { visit(name, part); });
    end_file();
    if (!walked) {
      find(Verdict::refuted, "the file cannot be read as a ZIP archive (" + walked.error().detail + ")");
      return std::move(checked_);
    }
    check_lists();
    check_signature();
    check_receipt();
    for (const auto& one : documents) check_document(one);
    settle();
    return std::move(checked_);
  }

 private:
  void find(Verdict verdict, std::string what) {
    if (verdict == Verdict::refuted) broken_ = true;
    if (verdict == Verdict::refuted && ++refuted_ > max_told) return;
    checked_.findings.push_back({verdict, std::move(what)});
  }

  // All is in one folder. What stands beside it is in no list, whatever it is called.
  std::string inside(const std::string& name) {
    return name.starts_with(bag_folder) ? name.substr(bag_folder.size()) : "/" + name;
  }

  void visit(const std::string& full_name, base::ByteView part) {
    if (part.empty()) {
      end_file();
      name_ = inside(full_name);
      hash_.emplace();
      return;
    }
    hash_->add(part);
    checked_.octets += static_cast<std::int64_t>(part.size());
    if (*name_ == manifest_name) {
      manifest_size_ += part.size();
      if (manifest_size_ <= max_manifest_octets_ && !manifest_.too_long())
        manifest_.add(part, [this](std::string_view line) { list(line, true); });
      else
        manifest_too_large_ = true;
    } else if (std::ranges::find(read_here, *name_) != read_here.end()) {
      auto& kept = kept_[*name_];
      if (kept.size() + part.size() <= max_kept_tag) kept += part;
    }
  }
  void end_file() {
    if (!name_) return;
    ++checked_.files;
    files_[*name_].found = hash_->digest();
    name_.reset();
  }

  void list(std::string_view line, bool of_payload) {
    const auto listed = read_listed(line);
    const auto digest = listed ? base::from_hex(listed->digest) : std::nullopt;
    if (!digest || listed->name.starts_with(payload_folder) != of_payload) {
      find(Verdict::refuted, "a line of the lists cannot be read");
      return;
    }
    files_[std::string(listed->name)].listed = *digest;
  }

  void check_lists() {
    const auto tags = kept_.find(std::string(list_of_lists));
    if (manifest_too_large_) find(Verdict::refuted, "the list of files is larger than a copy's can be");
    const auto manifest = files_.find(std::string(manifest_name));
    if (tags == kept_.end() || manifest == files_.end() || manifest->second.found.empty() || !manifest_.whole()) {
      find(Verdict::refuted, "the lists of what is in the copy are missing");
      return;
    }
    ListReader reader;
    reader.add(tags->second, [this](std::string_view line) { list(line, false); });
    if (!reader.whole()) find(Verdict::refuted, "the list of lists is cut off");
    for (const auto& [name, file] : files_) {
      if (std::ranges::find(beside, std::string_view(name)) != beside.end()) continue;
      if (file.found.empty())
        find(Verdict::refuted, "missing: " + base::one_line(name, 200));
      else if (file.listed.empty())
        find(Verdict::refuted, "in no list: " + base::one_line(name, 200));
      else if (file.found != file.listed)
        find(Verdict::refuted, "changed: " + base::one_line(name, 200));
    }
    if (!broken_)
      find(Verdict::proved,
           fmt::format("every file is as it was listed: {} files, {} octets", checked_.files, checked_.octets));
  }

  [[nodiscard]] std::optional<base::Bytes> kept(std::string_view name) const {
    const auto found = kept_.find(std::string(name));
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
  }

  void check_signature() {
    const auto list = kept(list_of_lists), signature = kept(list_signature), file = kept(public_key_file);
    if (file) signer_ = read_minisign_key(*file);
    if (!list || !signature || !signer_ || !check_minisign(*signer_, *list, *signature))
      find(Verdict::refuted, "the lists are not signed by the key beside them");
    else
      find(Verdict::proved, "the lists are signed by the key " + *signer_);
  }

  void check_receipt() {
    const auto list = kept(list_of_lists), receipt = kept(list_receipt);
    if (!list || !receipt) {
      find(Verdict::refuted, "the log's receipt for the copy is missing");
      return;
    }
    checked_.receipt =
        ledger::verify_receipt(*receipt, {{std::string(list_of_lists), crypto::sha256(*list)}}, trusted_);
    const auto& told = checked_.receipt;
    if (told.overall == ledger::Verification::Overall::broken) {
      find(Verdict::refuted, "the log's receipt for the copy does not hold");
      return;
    }
    const bool vouched = std::ranges::any_of(told.findings, [](const ledger::Finding& one) {
      return one.claim == ledger::Claim::document && one.verdict == Verdict::proved;
    });
    const bool names_signer = told.entry["parameters"].text("signer") == signer_.value_or("-");
    if (told.entry.text("kind") != "copy.made" || !vouched)
      find(Verdict::refuted, "the log's entry is not about this copy");
    else if (!names_signer)
      find(Verdict::refuted, "the log's entry names another key than the one that signed");
    else
      find(Verdict::proved, "the log has an entry for exactly these lists, signed by that key");
  }

  void check_document(const ledger::GivenDocument& document) {
    const auto is_this = [&](const auto& one) {
      return one.first.starts_with(payload_folder) && one.second.found == document.sha256;
    };
    const auto named = base::one_line(document.name, 200);
    const auto at = std::ranges::find_if(files_, is_this);
    if (at == files_.end())
      find(Verdict::refuted, fmt::format("document: {} is not in the copy", named));
    else
      find(Verdict::proved, fmt::format("document: {} is {} of the copy", named, base::one_line(at->first, 200)));
  }

  void settle() {
    if (refuted_ > max_told)
      checked_.findings.push_back({Verdict::refuted, fmt::format("and {} more", refuted_ - max_told)});
    checked_.overall = broken_ ? ledger::Verification::Overall::broken : checked_.receipt.overall;
  }

  static constexpr std::int64_t max_told = 20;
  struct File {
    base::Bytes found, listed;  // digests
  };
  const std::vector<std::string>& trusted_;
  CheckedCopy checked_;
  std::optional<std::string> name_;
  std::optional<crypto::Sha256> hash_;
  std::map<std::string, File> files_;
  std::map<std::string, base::Bytes> kept_;
  ListReader manifest_;
  std::size_t manifest_size_ = 0, max_manifest_octets_ = 0;
  bool manifest_too_large_ = false;
  std::optional<std::string> signer_;
  std::int64_t refuted_ = 0;
  bool broken_ = false;
};

}  // namespace

bool is_zip(base::ByteView beginning) { return beginning.starts_with("PK\3\4") || beginning.starts_with("PK\5\6"); }

CheckedCopy check_copy(base::ByteView archive, const base::Clock& clock, const std::vector<std::string>& trusted,
                       const std::vector<ledger::GivenDocument>& documents) {
  return CopyChecker(trusted).check(archive, clock, documents);
}

}  // namespace alting::privacy
