#include "paper/file_type.h"

#include <gtest/gtest.h>

#include "paper/render_pdf.h"
#include "paper/zip.h"

namespace alting::paper {
namespace {

using base::Bytes;

const Bytes png = *base::from_base64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
const Bytes jpeg = *base::from_hex("ffd8ffe000104a46494600010100000100010000ffdb");
const Bytes program = Bytes(
                          "\x7f"
                          "ELF\x02\x01\x01",
                          7) +
                      Bytes(9, '\0') + Bytes("\x02\0\x3e\0\x01\0\0\0", 8) + Bytes(100, '\0');

std::string agreed(std::string_view name, std::string_view type, base::ByteView content) {
  const auto result = agreed_file_type(name, type, content);
  return result ? *result : result.error().code;
}

Bytes docx() {
  return zip({{"[Content_Types].xml", "<Types/>"},
              {"_rels/.rels", "<Relationships/>"},
              {"word/document.xml", "<w:document/>"}},
             {});
}

TEST(FileType, ContentIsRecognised) {
  EXPECT_EQ(detect_file_type(png), "image/png");
  EXPECT_EQ(detect_file_type(render_pdf({})), "application/pdf");
  EXPECT_EQ(detect_file_type("Hei på deg\n"), "text/plain");
  EXPECT_NE(detect_file_type(program), "text/plain");
}

TEST(FileType, NameTypeAndContentAgree) {
  EXPECT_EQ(agreed("Bilde.PNG", "image/png", png), "image/png");
  EXPECT_EQ(agreed("bilde.jpg", "image/pjpeg", jpeg), "image/jpeg");
  EXPECT_EQ(agreed("brev.pdf", "", render_pdf({})), "application/pdf");
  EXPECT_EQ(agreed("brev.pdf", "application/octet-stream", render_pdf({})), "application/pdf");
  EXPECT_EQ(agreed("a.b.txt", "text/plain; charset=utf-8", "Hei på deg\n"), "text/plain");
  EXPECT_EQ(agreed("tall.csv", "application/vnd.ms-excel", "a;b\n1;2\n"), "text/csv");
  EXPECT_EQ(agreed("d.json", "application/json", "{\"a\": 1}"), "application/json");
  EXPECT_EQ(agreed("d.xml", "text/xml", "<?xml version=\"1.0\"?><a/>"), "application/xml");
  EXPECT_EQ(agreed("brev.docx", "", docx()), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(agreed("arkiv.zip", "application/x-zip-compressed", zip({{"a", "b"}}, {})), "application/zip");
}

TEST(FileType, TextMayBeShort) {
  EXPECT_EQ(agreed("notat.txt", "", "a"), "text/plain");
  EXPECT_EQ(agreed("tall.csv", "", "1"), "text/csv");
  EXPECT_EQ(agreed("notat.txt", "", Bytes("\0", 1)), "error.file_type.disagrees");
  EXPECT_EQ(agreed("notat.txt", "", Bytes("a\x01\x02", 3)), "error.file_type.disagrees");
  EXPECT_EQ(agreed("brev.pdf", "", "a"), "error.file_type.disagrees");
}

TEST(FileType, DisagreementIsRefused) {
  EXPECT_EQ(agreed("bilde.png", "image/png", jpeg), "error.file_type.disagrees");
  EXPECT_EQ(agreed("bilde.png", "image/jpeg", png), "error.file_type.disagrees");
  EXPECT_EQ(agreed("brev.pdf", "application/pdf", "<html><script>alert(1)</script></html>"),
            "error.file_type.disagrees");
  EXPECT_EQ(agreed("brev.txt", "text/plain", program), "error.file_type.disagrees");
  EXPECT_EQ(agreed("brev.docx", "", "Hei"), "error.file_type.disagrees");
  EXPECT_EQ(agreed("brev.docx", "", Bytes("\x01\x02\x03\x80\x99", 5)), "error.file_type.disagrees");
  const auto refused = agreed_file_type("x.png", "", jpeg);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unsupported);
  EXPECT_EQ(refused.error().params[1].second, "image/jpeg");
}

TEST(FileType, PagesScriptsAndProgramsAreNotTaken) {
  for (const char* name : {"x.html", "x.svg", "x.js", "x.exe", "x.pdf.exe"})
    EXPECT_EQ(agreed(name, "", "x"), "error.file_type.unknown") << name;
  for (const char* name : {"x", "x.", ""}) EXPECT_EQ(agreed(name, "", "x"), "error.file_type.no_extension") << name;
}

TEST(FileType, ExtensionsHaveTypes) {
  EXPECT_EQ(file_extension("A.Tar.GZ"), "gz");
  EXPECT_EQ(file_extension("none"), "");
  EXPECT_EQ(type_of_extension("PDF"), "application/pdf");
  EXPECT_FALSE(type_of_extension("exe"));
}

}  // namespace
}  // namespace alting::paper
