#include "privacy/bag_writer.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "crypto/hash.h"

namespace alting::privacy {
namespace {

constexpr std::int64_t max_page_records = 200;
constexpr std::size_t max_page_octets = 512 * 1024;  // of the records on it
constexpr std::string_view bag_of_operator = "operator", bag_payload = "data/";

// Deflating these again costs time and saves nothing.
bool is_packed_media(std::string_view media_type) {
  return media_type == "application/pdf" || media_type == "application/zip" || media_type.starts_with("image/jp") ||
         media_type == "image/png" || media_type.starts_with("application/vnd.openxmlformats") ||
         media_type.starts_with("application/vnd.oasis");
}

// What people look for first. The rest is by its title.
constexpr auto looked_for = std::to_array<std::string_view>(
    {"submission", "draft", "instance", "attachment", "message_batch", "message", "message_answer", "message_file",
     "rights_request", "rights_dispute", "delegation_given", "delegation_received", "access_request", "ledger_activity",
     "ledger_concerned", "ledger_entry", "notify_order", "person", "organisation"});
std::size_t place_in_list(std::string_view type) {
  return static_cast<std::size_t>(std::ranges::find(looked_for, type) - looked_for.begin());
}

// A name that any system can write and a manifest holds as it is (RFC 8493 section 2.1.3: '%' would be encoded there).
std::string bag_file_name(std::string_view name) { return base::replace_all(inbox::plain_file_name(name), "%", "_"); }

// Members whose names begin with "_".
base::Json without_what_is_for_programs(const base::Json& value) {
  if (value.is_array()) {
    auto list = base::Json::array();
    for (const auto& one : value.items()) list.push_back(without_what_is_for_programs(one));
    return list;
  }
  if (!value.is_object()) return value;
  auto kept = base::Json::object();
  for (const auto& [name, inner] : value.members())
    if (!name.starts_with('_')) kept.set(name, without_what_is_for_programs(inner));
  return kept;
}

}  // namespace

struct BagWriter::Pages {
  std::unique_ptr<inbox::ArchivePage> page;
  std::string first;
  int number = 0;
  std::int64_t on_page = 0, records = 0;
  std::size_t octets = 0;
};

struct BagWriter::Type {
  Type(const CopyTable& table, const Needs& with)
      : room(table.room), name(table.type), schema(table.schema.dump_pretty()), lines(with.spool, with.random) {}
  std::string room, name, schema;
  Spool lines;
  std::map<std::string, Pages> pages;  // by controller
};

BagWriter::BagWriter(Needs needs)
    : with_(std::move(needs)),
      telling_(with_.texts, with_.language, with_.names),
      zip_(with_.sink, with_.at),
      manifest_(with_.spool, with_.random),
      log_(with_.spool, with_.random),
      disclosures_(with_.spool, with_.random) {}

BagWriter::~BagWriter() = default;

std::string BagWriter::word(std::string_view id) const { return std::string(with_.texts.get(with_.language, id)); }

std::string BagWriter::controller_name(std::string_view controller) const {
  if (controller == bag_of_operator) return word("copies.controller.operator");
  return telling_.agency_name(controller);
}

void BagWriter::write_entry(const std::string& name, const std::function<void(const Take&)>& produce) {
  zip_.begin(std::string(bag_folder) + name);
  crypto::Sha256 hash;
  produce([&](base::ByteView part) {
    zip_.write(part);
    hash.add(part);
    octets_ += static_cast<std::int64_t>(part.size());
  });
  ++files_;
  manifest_.write(fmt::format("{}  {}\n", base::to_hex(hash.digest()), name));
}

void BagWriter::add_payload(const std::string& name, base::ByteView content) {
  write_entry(name, [&](const Take& take) { take(content); });
}

void BagWriter::add_spool(const std::string& name, Spool& spool) {
  write_entry(name, [&](const Take& take) { spool.take_all(take); });
}

void BagWriter::progress(std::int64_t done, std::int64_t of) {
  if (with_.progress) with_.progress(done, of);
}

bool BagWriter::wants_more() { return !with_.wants_more || with_.wants_more(); }

void BagWriter::begin(const CopyTable& table) {
  close_type();
  type_ = std::make_unique<Type>(table, with_);
  telling_.begin(table.type, table.table);
}

void BagWriter::record(std::string_view room, std::string_view type, const base::Json& record) {
  const bool of_log = type == "ledger_entry", disclosed = is_disclosure(type, record);
  if (of_log || disclosed) {
    auto line = base::Json::object({{"_room", room}, {"_type", type}});
    for (const auto& [name, value] : record.members()) line.members().emplace_back(name, value);
    (of_log ? log_ : disclosures_).write(line.dump() + "\n");
  } else {
    type_->lines.write(record.dump() + "\n");
  }
  ++records_;

  const auto said = record.text("_controller");
  auto& pages = pages_of(std::string(said.empty() ? bag_of_operator : said), record.dump().size());
  ++pages.records;
  const auto name = telling_.name_of(type, record);
  pages.page->heading(fmt::format("{} {}{}{}", telling_.title_of(type), pages.records, name.empty() ? "" : ": ", name));
  telling_.tell_record(*pages.page, type, record);
  if (const auto* files = record.find("_files"); files != nullptr && files->is_array())
    for (const auto& path : files->items())
      if (const auto inside = path.text_or(""); inside.starts_with(bag_payload))
        pages.page->link("../../" + std::string(inside.substr(bag_payload.size())),
                         inside.substr(inside.rfind('/') + 1));
  if (disclosed) add_disclosure(type, record);
}

void BagWriter::add_disclosure(std::string_view type, const base::Json& record) {
  const auto size = record.dump().size();
  if (disclosed_ && (disclosed_->on_page >= max_page_records || disclosed_->octets + size > max_page_octets))
    close_disclosures(true);
  if (!disclosed_) disclosed_ = std::make_unique<Pages>();
  auto& pages = *disclosed_;
  if (!pages.page) {
    ++pages.number;
    pages.on_page = 0;
    pages.octets = 0;
    pages.page = std::make_unique<inbox::ArchivePage>(with_.language, word("copies.disclosures"));
    pages.page->paragraph(word("copies.disclosures_about"));
  }
  ++pages.on_page;
  pages.octets += size;
  const auto name = telling_.name_of(type, record);
  pages.page->heading(name.empty() ? telling_.title_of(type) : name);
  telling_.tell_main(*pages.page, type, record);
}

void BagWriter::close_disclosures(bool more_follow) {
  auto& pages = *disclosed_;
  const auto name_of = [](int number) {
    return number == 1 ? std::string("disclosures.html") : fmt::format("disclosures-{}.html", number);
  };
  pages.page->heading(word("copies.further"));
  if (pages.number > 1) pages.page->link(name_of(pages.number - 1), word("copies.previous"));
  if (more_follow) pages.page->link(name_of(pages.number + 1), word("copies.next"));
  pages.page->link("index.html", word("copies.to_first"));
  add_payload("data/" + name_of(pages.number), pages.page->finish());
  pages.page.reset();
}

BagWriter::Pages& BagWriter::pages_of(const std::string& controller, std::size_t size) {
  auto& pages = type_->pages[controller];
  if (pages.page && (pages.on_page >= max_page_records || pages.octets + size > max_page_octets))
    close_page(controller, pages, true);
  if (!pages.page) {
    ++pages.number;
    pages.on_page = 0;
    pages.octets = 0;
    pages.page = std::make_unique<inbox::ArchivePage>(with_.language, telling_.title_of(type_->name));
    pages.page->paragraph(controller_name(controller));
  }
  ++pages.on_page;
  pages.octets += size;
  return pages;
}

void BagWriter::close_page(const std::string& controller, Pages& pages, bool more_follow) {
  const auto name_of = [&](int number) { return fmt::format("{}-{}-{}.html", type_->room, type_->name, number); };
  pages.page->heading(word("copies.further"));
  if (pages.number > 1) pages.page->link(name_of(pages.number - 1), word("copies.previous"));
  if (more_follow) pages.page->link(name_of(pages.number + 1), word("copies.next"));
  pages.page->link("../../index.html", word("copies.to_first"));
  const auto folder = bag_file_name(controller);
  if (pages.first.empty()) pages.first = fmt::format("../pages/{}/{}", folder, name_of(pages.number));
  add_payload(fmt::format("data/pages/{}/{}", folder, name_of(pages.number)), pages.page->finish());
  pages.page.reset();
}

base::Result<std::string> BagWriter::file(
    const CopyFileInfo& info, const std::function<base::Status(const std::function<void(base::ByteView)>&)>& read) {
  const auto path = fmt::format("data/{}/{:06}-{}", info.kind == CopyFile::receipt ? "receipts" : "files",
                                numbered_ + 1, bag_file_name(info.name));
  const bool stored = info.size >= 0 && is_packed_media(info.media_type);
  crypto::Sha256 hash;
  bool begun = false;
  const auto begin_it = [&] {
    if (stored)
      zip_.begin_stored(std::string(bag_folder) + path, info.size);
    else
      zip_.begin(std::string(bag_folder) + path);
    begun = true;
  };
  const auto done = read([&](base::ByteView part) {
    if (!begun) begin_it();
    zip_.write(part);
    hash.add(part);
    octets_ += static_cast<std::int64_t>(part.size());
  });
  if (!done) {
    if (begun) throw std::runtime_error("a file broke off while it was read");
    return done.error();
  }
  if (!begun) begin_it();
  ++numbered_;
  ++files_;
  manifest_.write(fmt::format("{}  {}\n", base::to_hex(hash.digest()), path));
  return path;
}

void BagWriter::close_type() {
  if (!type_) return;
  for (auto& [controller, pages] : type_->pages) {
    if (!pages.page) continue;
    close_page(controller, pages, false);
    controllers_[controller].push_back({is_for_the_system(type_->name), telling_.title_of(type_->name), pages.first,
                                        pages.records, place_in_list(type_->name)});
  }
  const auto path = fmt::format("data/json/{}/{}", type_->room, type_->name);
  if (!type_->lines.empty()) add_spool(path + ".ndjson", type_->lines);
  add_payload(path + ".schema.json", type_->schema);
  type_.reset();
}

void BagWriter::add_article_15(const base::Json& information) {
  add_payload("data/article15.json", information.dump_pretty());
  inbox::ArchivePage page(with_.language, word("copies.information"));
  const auto for_people = without_what_is_for_programs(information);
  for (const auto& [name, part] : for_people.members()) {
    if (name == "format" || (part.is_array() && part.size() == 0)) continue;
    if (!part.is_array() || part.items().front().find("name") == nullptr) {
      page.heading(telling_.label_of(name));
      telling_.tell(page, part.is_object() ? "" : telling_.label_of(name), part);
      continue;
    }
    for (const auto& named : part.items()) {  // categories, services
      page.heading(named.text("name"));
      auto rest = named;
      rest.erase("name");
      telling_.tell(page, "", rest);
    }
  }
  page.heading(word("copies.further"));
  page.link("index.html", word("copies.to_first"));
  add_payload("data/article15.html", page.finish());
  has_article_15_ = true;
}

// One's own first, and what only the system needs last; the first page leads straight to the former.
void BagWriter::write_overview() {
  inbox::ArchivePage index(with_.language, word("copies.title"));
  index.fact(word("copies.of"), with_.party_name);
  index.paragraph(word("copies.about"));
  for (auto& [controller, types] : controllers_) {
    std::ranges::sort(types, {}, [](const Listed& one) {
      return std::tuple(one.is_for_the_system, one.place, std::string_view(one.title));
    });
    inbox::ArchivePage page(with_.language, controller_name(controller));
    index.heading(controller_name(controller));
    bool is_of_system = false;
    if (!types.empty() && !types.front().is_for_the_system) page.heading(word("copies.categories"));
    for (const auto& listed : types) {
      if (listed.is_for_the_system && !is_of_system) {
        page.heading(word("copies.system"));
        page.paragraph(word("copies.system_about"));
        is_of_system = true;
      }
      const auto words = with_.texts.plural(with_.language, "copies.listed", listed.records, {{"title", listed.title}});
      page.link(listed.first, words);
      if (!listed.is_for_the_system) index.link(listed.first.substr(std::string_view("../").size()), words);
    }
    page.heading(word("copies.further"));
    page.link("../index.html", word("copies.to_first"));
    const auto name = fmt::format("controllers/{}.html", bag_file_name(controller));
    add_payload("data/" + name, page.finish());
    index.link(name, word(is_of_system ? "copies.all_with_system" : "copies.all"));
  }
  index.heading(word("copies.further"));
  if (has_article_15_) index.link("article15.html", word("copies.information"));
  if (disclosed_)
    index.link("disclosures.html", word("copies.disclosures"));
  else
    index.paragraph(word("copies.disclosures_none"));
  index.heading(word("copies.for_programs"));
  index.link("log.ndjson", word("copies.log"));
  index.link("disclosures.ndjson", word("copies.disclosures_lines"));
  add_payload("data/index.html", index.finish());
}

base::Bytes BagWriter::close(std::string_view id, const std::vector<std::pair<std::string, base::Bytes>>& tag_files) {
  close_type();
  if (disclosed_) close_disclosures(false);
  add_spool("data/log.ndjson", log_);
  add_spool("data/disclosures.ndjson", disclosures_);
  write_overview();

  const auto add_tag = [&](const std::string& name, base::ByteView content) {
    zip_.add(std::string(bag_folder) + name, content);
    tags_.emplace_back(base::to_hex(crypto::sha256(content)), name);
  };
  add_tag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  add_tag("bag-info.txt",
          fmt::format("Bag-Software-Agent: alting\nBagging-Date: {}\nExternal-Identifier: {}\nPayload-Oxum: {}.{}\n",
                      base::to_date_oslo(with_.at), id, octets_, files_));
  add_tag("LES-MEG.txt", word("copies.readme"));
  for (const auto& [name, content] : tag_files) add_tag(name, content);
  {
    crypto::Sha256 hash;
    zip_.begin(std::string(bag_folder) + "manifest-sha256.txt");
    manifest_.take_all([&](base::ByteView part) {
      zip_.write(part);
      hash.add(part);
    });
    tags_.emplace_back(base::to_hex(hash.digest()), "manifest-sha256.txt");
  }
  base::Bytes list;
  for (const auto& [digest, name] : tags_) list += fmt::format("{}  {}\n", digest, name);
  zip_.add(std::string(bag_folder) + std::string(list_of_lists), list);
  return list;
}

void BagWriter::add_beside(std::string_view name, base::ByteView content) {
  zip_.add(std::string(bag_folder) + std::string(name), content);
}

void BagWriter::finish() { zip_.finish(); }

}  // namespace alting::privacy
