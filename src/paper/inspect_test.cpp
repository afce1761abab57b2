#include "paper/inspect.h"

#include <gtest/gtest.h>

#include "paper/zip.h"

namespace alting::paper {
namespace {

using base::Bytes;

std::string seen(std::string_view extension, base::ByteView content) {
  const auto result = inspect(extension, content, base::ManualClock({0}));
  return result ? "taken" : result.error().code;
}

Bytes document(std::string_view content_types, std::vector<ZipEntry> more = {}) {
  std::vector<ZipEntry> entries{{"[Content_Types].xml", Bytes(content_types)}, {"word/document.xml", "<w:document/>"}};
  for (auto& one : more) entries.push_back(std::move(one));
  return zip(entries, {});
}

Bytes in_utf16(std::string_view ascii) {
  Bytes out("\xff\xfe");
  for (const char one : ascii) out += {one, '\0'};
  return out;
}

TEST(Inspect, ADocumentIsAZipWithItsListOfContents) {
  EXPECT_EQ(seen("docx", document("<Types/>")), "taken");
  EXPECT_EQ(seen("docx", zip({{"x.js", "alert(1)"}}, {})), "error.file_type.disagrees");
  EXPECT_EQ(seen("docx", document("no list")), "error.file_type.disagrees");
  EXPECT_EQ(seen("odt", zip({{"mimetype", "application/vnd.oasis.opendocument.text"}}, {})), "taken");
  EXPECT_EQ(seen("odt", zip({{"x", "x"}}, {})), "error.file_type.disagrees");
  EXPECT_EQ(seen("zip", zip({{"x", "x"}}, {})), "taken");
}

TEST(Inspect, ADocumentWithProgramsIsRefusedHoweverTheyAreNamed) {
  const std::string word = "application/vnd.ms-word.document.macroEnabled.main+xml";
  const std::string macros = "application/vnd.ms-office.vbaProject";
  const auto part = [](const std::string& name, const std::string& type) {
    return "<Types><Override PartName=\"" + name + "\" ContentType=\"" + type + "\"/></Types>";
  };
  for (const Bytes& one : {
           document("<Types/>", {{"word/vbaProject.bin", "x"}}),
           document("<Types/>", {{"word/vbaproject.BIN", "x"}}),
           document(part("/word/document.xml", word)),
           document(part("/word/other.bin", macros)),
           document(part("/word/other.bin", "APPLICATION/VND.MS-OFFICE.VBAPROJECT")),
           document(part("/word/other.bin", "application/vnd.ms-office.vbaPro&#106;ect")),
           document("<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- x --><t:Types xmlns:t=\"x\"><t:Default "
                    "Extension=\"bin\" "
                    "ContentType='" +
                    macros + "'/></t:Types>"),
           document(in_utf16(part("/word/other.bin", macros))),
           zip({{"[content_types].XML", part("/a.bin", macros)}, {"[Content_Types].xml", "<Types/>"}}, {}),
       })
    EXPECT_EQ(seen("docx", one), "error.file_type.disagrees");
  EXPECT_EQ(seen("docx", document(in_utf16(part("/word/document.xml", "application/xml")))), "taken");
}

TEST(Inspect, EveryRefusalIsOneThatIsDeclared) {
  for (const auto& [extension, content] :
       std::vector<std::pair<std::string, Bytes>>{{"exe", "MZ"},
                                                  {"png", "x"},
                                                  {"zip", "PK\3\4"},
                                                  {"zip", zip({{"../x", "x"}}, {})},
                                                  {"zip", zip({{"a", Bytes(60'000'000, '\0')}}, {})}}) {
    const auto code = seen(extension, content);
    EXPECT_NE(std::find(inspection_codes.begin(), inspection_codes.end(), code), inspection_codes.end()) << code;
  }
}

}  // namespace
}  // namespace alting::paper
