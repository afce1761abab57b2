#include "inbox/archive_copy.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "inbox/archive_page.h"

namespace alting::inbox {

// The ZIP, with the digest of each file in it.
class ArchiveCopy::Archive {
 public:
  Archive(const paper::ZipWriter::Sink& sink, base::Instant at) : zip_(sink, at) {}

  void add(const std::string& name, base::ByteView content) {
    zip_.add(name, content);
    note(name, crypto::sha256(content));
  }
  // What comes piece by piece: `read` is given where to put them. False when nothing came.
  bool stream(const std::string& name,
              const std::function<base::Status(const std::function<void(base::ByteView)>&)>& read) {
    crypto::Sha256 hash;
    bool begun = false;
    const auto done = read([&](base::ByteView part) {
      if (!begun) zip_.begin(name);
      begun = true;
      zip_.write(part);
      hash.add(part);
    });
    if (begun) note(name, hash.digest());
    if (!done && begun) throw std::runtime_error("a file broke off while it was read");
    return begun;
  }
  void finish() {
    zip_.add("SHA256SUMS", sums_);
    zip_.finish();
  }

 private:
  void note(const std::string& name, const base::Bytes& digest) {
    sums_ += fmt::format("{}  {}\n", base::to_hex(digest), name);
  }
  paper::ZipWriter zip_;
  std::string sums_;
};

struct ArchiveCopy::Listed {
  std::string page, title;
  base::Instant at;
};

base::Result<ArchiveCopy::Listed> ArchiveCopy::add_message(Archive& archive, const Item& item, base::Language language,
                                                           base::Instant at) {
  ALTING_TRY(message, with_.messages.open(item.permit, *item.message, at));
  const auto folder = "melding-" + item.message->text() + "/";
  const auto word = [&](std::string_view id) { return with_.texts.get(language, id); };
  const auto moment = [&](base::Instant when) { return base::format_local(when, base::TimeStyle::compact, language); };
  ArchivePage page(language, message.title);
  page.fact(word("messages.copy.from"), message.sender_name);
  page.fact(word("messages.copy.case"), message.case_reference);
  page.fact(word("messages.copy.published"), moment(message.published_at));
  if (message.due) page.fact(word("messages.copy.due"), moment(*message.due));
  if (message.opened) page.fact(word("messages.copy.opened"), moment(message.opened->at));
  if (message.confirmed) page.fact(word("messages.copy.confirmed"), moment(message.confirmed->at));
  if (!message.summary.empty()) page.paragraph(message.summary);
  page.body(message_body(message.body));

  std::size_t number = 0;
  const auto add_files = [&](const std::vector<MessageFile>& files) {
    for (const auto& file : files) {
      const auto name = fmt::format("filer/{}-{}", ++number, plain_file_name(file.file_name));
      if (archive.stream(folder + name, [&](const auto& take) {
            return with_.messages.read_file(item.permit, *item.message, file, take);
          }))
        page.link(name, file.file_name);
      else
        page.fact(word("messages.copy.unreadable"), file.file_name);
    }
  };
  if (!message.files.empty()) page.heading(word("messages.copy.files"));
  add_files(message.files);
  // Under the names by which the receipts name them.
  archive.add(folder + "message.json", message.original);
  page.link("message.json", "message.json");
  std::size_t answered = 0;
  for (const auto& answer : message.answers) {
    page.heading(word("messages.copy.answer"));
    page.fact(word("messages.copy.from"), answer.by_name);
    page.fact(word("messages.copy.made"), moment(answer.at));
    for (const auto line : base::split(answer.text, '\n')) page.paragraph(line);
    const auto original = fmt::format("svar/{}/answer.json", ++answered);
    archive.add(folder + original, answer.original);
    page.link(original, original);
    add_files(answer.files);
  }
  if (const auto receipts = with_.messages.receipts(item.permit, *item.message)) {
    page.heading(word("messages.copy.receipts"));
    std::size_t receipt = 0;
    for (const auto& one : *receipts) {
      const auto name = fmt::format("kvitteringer/{}-{}.json", ++receipt, one.act);
      archive.add(folder + name, one.receipt.json);
      page.link(name, name.substr(name.find('/') + 1));
    }
  }
  archive.add(folder + "melding.html", page.finish());
  return Listed{folder + "melding.html", message.title, message.published_at};
}

base::Result<ArchiveCopy::Listed> ArchiveCopy::add_form(Archive& archive, const Item& item, base::Language language) {
  ALTING_TRY(sent, with_.matters.open_submission(item.permit));
  const auto app = with_.apps.find(sent.at.app);
  const auto folder = "skjema-" + sent.archive_reference + "/";
  const auto word = [&](std::string_view id) { return with_.texts.get(language, id); };
  const auto title = app ? app->title(language) : sent.at.app.text();
  ArchivePage page(language, title);
  page.fact(word("messages.copy.reference"), sent.archive_reference);
  page.fact(word("messages.copy.from"), sent.party_name);
  page.fact(word("messages.copy.received"), base::format_local(sent.received_at, base::TimeStyle::compact, language));
  page.heading(word("messages.copy.files"));
  if (app && with_.make_paper) {
    archive.add(folder + "skjema.pdf", with_.make_paper(*app, sent, language));
    page.link("skjema.pdf", "skjema.pdf");
  }
  archive.add(folder + "original.json", sent.bytes);
  page.link("original.json", "original.json");
  std::size_t number = 0;
  for (const auto& file : sent.attachments) {
    const auto name = fmt::format("filer/{}-{}", ++number, plain_file_name(file.file_name));
    if (archive.stream(folder + name,
                       [&](const auto& take) { return with_.attachments.read(item.permit, file, take); }))
      page.link(name, file.file_name);
    else
      page.fact(word("messages.copy.unreadable"), file.file_name);
  }
  if (const auto receipt = with_.ledger.receipt(sent.entry_id)) {
    archive.add(folder + "kvittering.json", receipt->json);
    page.link("kvittering.json", "kvittering.json");
  }
  archive.add(folder + "skjema.html", page.finish());
  return Listed{folder + "skjema.html", title, sent.received_at};
}

base::Status ArchiveCopy::write(const std::vector<Item>& items, base::Language language, base::Instant at,
                                const paper::ZipWriter::Sink& sink) {
  if (items.size() > max_copied)
    return base::make_error(base::ErrorKind::too_many, "messages.error.too_many_copied", "too many at a time",
                            {{"count", std::to_string(max_copied)}});
  Archive archive(sink, at);
  const auto word = [&](std::string_view id) { return with_.texts.get(language, id); };
  ArchivePage page(language, word("messages.copy.title"));
  page.fact(word("messages.copy.made"), base::format_local(at, base::TimeStyle::compact, language));
  page.paragraph(word("messages.copy.no_archive"));
  page.heading(word("messages.copy.contents"));
  std::vector<std::string> unreadable;
  for (const auto& item : items) {
    const auto listed = item.message ? add_message(archive, item, language, at) : add_form(archive, item, language);
    if (listed)
      page.link(listed->page, fmt::format("{} ({})", listed->title,
                                          base::format_local(listed->at, base::TimeStyle::compact, language)));
    else
      unreadable.push_back(item.message             ? item.message->text()
                           : item.permit.instance() ? item.permit.instance()->text()
                                                    : std::string());
  }
  if (!unreadable.empty()) page.heading(word("messages.copy.unreadable"));
  for (const auto& id : unreadable) page.paragraph(id);
  archive.add("index.html", page.finish());
  archive.finish();
  return {};
}

}  // namespace alting::inbox
