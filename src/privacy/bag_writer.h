// A bag (BagIt, RFC 8493) in a ZIP, written while what is gathered comes, in memory that does not grow with it.
//
//   alting-kopi/bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
//               LES-MEG.txt                      how to check it by hand
//               minisign.pub, tagmanifest-sha256.txt.minisig
//               log-checkpoint.txt, log-keys.txt, log-receipt.json
//   alting-kopi/data/index.html                  pages that work from the disk, without scripts
//               data/controllers/<who>.html      one for each controller, and below
//               data/pages/<who>/<room>-<type>-<n>.html   one or more for each category of theirs
//               data/json/<room>/<type>.ndjson   what programs read, with <type>.schema.json beside it
//               data/log.ndjson, data/disclosures.ndjson   lines of the log; who saw or got something. Each record is once
//               data/disclosures.html, -2.html   the latter as a page, or more
//               data/article15.json, .html       the information of art. 15 no. 1 and 2
//               data/files/, data/receipts/      <number>-<name>
//
// A ZIP has one open entry, so the lines of a type wait in a spool while its files go in. Names, order and content are the
// same for the same data; the day stands in bag-info.txt, and what came of it in the log.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/texts.h"
#include "inbox/archive_page.h"
#include "paper/zip.h"
#include "privacy/copy_telling.h"
#include "privacy/gather.h"
#include "privacy/spool.h"

namespace alting::privacy {

inline constexpr std::string_view bag_folder = "alting-kopi/", list_of_lists = "tagmanifest-sha256.txt",
                                  list_signature = "tagmanifest-sha256.txt.minisig", list_receipt = "log-receipt.json",
                                  public_key_file = "minisign.pub";

class BagWriter final : public CopySink {
 public:
  struct Needs {
    const base::Texts& texts;
    base::Language language;
    base::Random& random;
    std::filesystem::path spool;
    std::string party_name;  // whose copy it is, for the first page
    base::Instant at;
    paper::ZipWriter::Sink sink;
    CopyNames names = {};
    std::function<bool()> wants_more = {};
    std::function<void(std::int64_t done, std::int64_t of)> progress = {};
  };
  explicit BagWriter(Needs needs);
  ~BagWriter() override;

  void begin(const CopyTable& table) override;
  void record(std::string_view room, std::string_view type, const base::Json& record) override;
  // An error of a file of which some was written already is thrown: a ZIP cannot take it back.
  base::Result<std::string> file(
      const CopyFileInfo& info,
      const std::function<base::Status(const std::function<void(base::ByteView)>&)>& read) override;
  void progress(std::int64_t done, std::int64_t of) override;
  [[nodiscard]] bool wants_more() override;

  void add_article_15(const base::Json& information);
  // What was gathered is all: pages, lists, and the tag files that are given. The list of lists, which is to be signed.
  [[nodiscard]] base::Bytes close(std::string_view id,
                                  const std::vector<std::pair<std::string, base::Bytes>>& tag_files);
  void add_beside(std::string_view name, base::ByteView content);  // what the list of lists cannot name: its signature
  void finish();
  [[nodiscard]] std::int64_t records() const { return records_; }

 private:
  struct Pages;
  struct Type;
  using Take = std::function<void(base::ByteView)>;
  void write_entry(const std::string& name, const std::function<void(const Take&)>& produce);
  void add_payload(const std::string& name, base::ByteView content);
  void add_spool(const std::string& name, Spool& spool);
  Pages& pages_of(const std::string& controller, std::size_t size);
  void close_page(const std::string& controller, Pages& pages, bool more_follow);
  void add_disclosure(std::string_view type, const base::Json& record);
  void close_disclosures(bool more_follow);
  void close_type();
  void write_overview();
  [[nodiscard]] std::string word(std::string_view id) const;
  [[nodiscard]] std::string controller_name(std::string_view controller) const;

  struct Listed {  // pages of one type of one controller
    bool is_for_the_system = false;
    std::string title, first;
    std::int64_t records = 0;
    std::size_t place = 0;  // in the list
  };
  Needs with_;
  CopyTelling telling_;
  paper::ZipWriter zip_;
  Spool manifest_, log_, disclosures_;
  std::unique_ptr<Type> type_;
  std::unique_ptr<Pages> disclosed_;
  std::map<std::string, std::vector<Listed>> controllers_;
  std::vector<std::pair<std::string, std::string>> tags_;  // digest and name
  std::int64_t records_ = 0, files_ = 0, octets_ = 0, numbered_ = 0;
  bool has_article_15_ = false;
};

}  // namespace alting::privacy
