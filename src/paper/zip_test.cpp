#include "paper/zip.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <stdexcept>

#include "base/random.h"
#include "base/text.h"

namespace alting::paper {
namespace {

using base::Bytes;

const base::Instant at = *base::from_rfc3339("2026-11-22T01:02:04Z");

// Time stands still, so that nothing here depends on the machine.
base::Result<std::vector<ZipEntry>> read_zip(base::ByteView archive, const ZipLimits& limits = {}) {
  return unzip(archive, base::ManualClock(at), limits);
}

std::string code_of(const base::Result<std::vector<ZipEntry>>& result) { return result ? "read" : result.error().code; }

TEST(Zip, WhatIsWrittenIsRead) {
  const std::vector<ZipEntry> entries{{"brev.txt", "Hei"},
                                      {"mappe/blåbær æøå.bin", Bytes("\0\xff", 2)},
                                      {"tom", ""},
                                      {"stor", Bytes(3'000'000, 'x') + Bytes(20, 'y')}};
  const auto read = read_zip(zip(entries, at), {.ratio = 10'000});
  ASSERT_EQ(code_of(read), "read");
  ASSERT_EQ(read->size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ((*read)[i].name, entries[i].name);
    EXPECT_TRUE((*read)[i].content == entries[i].content);
  }
  EXPECT_EQ(zip(entries, at), zip(entries, at));
}

TEST(Zip, AnyContentComesBack) {
  EXPECT_TRUE(rc::check([](const std::vector<std::string>& contents) {
    std::vector<ZipEntry> entries;
    for (const auto& content : contents) entries.push_back({"n" + std::to_string(entries.size()), content});
    const auto read = read_zip(zip(entries, at), {.ratio = 10'000});
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->size() == entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) RC_ASSERT((*read)[i].content == entries[i].content);
  }));
}

TEST(Zip, BombsAreNotUnpacked) {
  const Bytes bomb = zip({{"a", Bytes(40'000'000, '\0')}, {"b", Bytes(40'000'000, '\0')}}, at);
  EXPECT_EQ(code_of(read_zip(bomb)), "error.zip.too_large");
  EXPECT_EQ(code_of(read_zip(bomb, {.total_size = 50'000'000, .ratio = 100'000})), "error.zip.too_large");
  EXPECT_EQ(code_of(read_zip(bomb, {.entry_size = 30'000'000, .ratio = 100'000})), "error.zip.too_large");
  EXPECT_EQ(code_of(read_zip(bomb, {.ratio = 100'000})), "read");
  std::vector<ZipEntry> many;
  for (int i = 0; i < 11; ++i) many.push_back({std::to_string(i), ""});
  EXPECT_EQ(code_of(read_zip(zip(many, at), {.entries = 10})), "error.zip.too_large");
  EXPECT_EQ(code_of(read_zip(zip(many, at), {.entries = 11})), "read");
  EXPECT_EQ(code_of(read_zip(zip({{"a/b/c/d", "x"}}, at), {.depth = 2})), "error.zip.too_large");
}

// A second goes by each time somebody asks.
class RunningClock final : public base::Clock {
 public:
  [[nodiscard]] base::Instant now() const override { return at + base::Duration::seconds(++asked_); }

 private:
  mutable int asked_ = 0;
};

TEST(Zip, UnpackingEndsWhenItsTimeIsUsed) {
  base::SeededRandom random(1);
  const Bytes archive = zip({{"a", random.bytes(300'000)}, {"b", random.bytes(300'000)}}, at);
  EXPECT_EQ(code_of(unzip(archive, RunningClock(), {})), "error.zip.too_slow");
  EXPECT_EQ(code_of(unzip(archive, RunningClock(), {.time = base::Duration::seconds(100)})), "read");
}

// The archive's files are said to be packed by another method: in the directory, in the file's own header, or both.
Bytes packed_by(char method, bool in_directory, bool in_header) {
  Bytes archive = zip({{"a", Bytes(1000, 'x')}, {"b", Bytes(1000, 'y')}}, at);
  const auto set_after = [&](std::string_view mark, std::size_t distance) {
    for (std::size_t found = archive.find(mark); found != Bytes::npos; found = archive.find(mark, found + 4))
      archive[found + distance] = method;
  };
  if (in_directory) set_after(std::string_view("PK\1\2", 4), 10);
  if (in_header) set_after(std::string_view("PK\3\4", 4), 8);
  return archive;
}

TEST(Zip, OnlyStoredAndDeflatedFilesAreUnpacked) {
  EXPECT_EQ(code_of(read_zip(packed_by(8, true, true))), "read");
  for (const char method : {'\x01', '\x06', '\x09', '\x0c', '\x0e', '\x5d', '\x5f', '\x60', '\x61', '\x62', '\x63'}) {
    EXPECT_EQ(code_of(read_zip(packed_by(method, true, true))), "error.zip.method") << int{method};
    EXPECT_EQ(code_of(read_zip(packed_by(method, true, false))), "error.zip.method") << int{method};
  }
  for (const char method : {'\x0c', '\x0e', '\x62'})
    EXPECT_EQ(code_of(read_zip(packed_by(method, false, true))), "error.zip.method");
}

TEST(Zip, TheMethodIsSeenBeforeAnythingIsUnpacked) {
  int visits = 0;
  Bytes archive = zip({{"a", "x"}, {"b", "y"}}, at);
  archive[archive.rfind(std::string_view("PK\1\2", 4)) + 10] = 98;  // only the last one is packed by PPMd
  const auto walked =
      walk_zip(archive, base::ManualClock(at), {}, [&](const std::string&, base::ByteView) { ++visits; });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, "error.zip.method");
  EXPECT_EQ(visits, 0);
}

// 50 octets that unpack to 45 MB: made by `head -c 45000000 /dev/zero | bzip2 -9`.
const Bytes bzip2_bomb = *base::from_base64("QlpoOTFBWSZTWckBtsgBWKtAIMAAEAAACCAAMMwFKaZSSFJsVJIUni7kinChIZIDbZA=");

Bytes with_one_file(std::uint16_t method, const Bytes& packed, std::uint32_t size) {
  const auto number = [](std::uint64_t value, int octets) {
    Bytes out;
    for (int i = 0; i < octets; ++i, value >>= 8) out += static_cast<char>(value & 0xff);
    return out;
  };
  const Bytes common = number(46, 2) + number(0, 2) + number(method, 2) + number(0, 4) + number(0, 4) +
                       number(packed.size(), 4) + number(size, 4) + number(1, 2) + number(0, 2);
  const Bytes file = Bytes("PK\3\4") + common + "a" + packed;
  const Bytes directory = Bytes("PK\1\2") + number(46, 2) + common + number(0, 14) + "a";
  return file + directory + "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) + number(directory.size(), 4) +
         number(file.size(), 4) + number(0, 2);
}

TEST(Zip, ABzip2BombAndAPpmdBombAreRefused) {
  EXPECT_EQ(code_of(read_zip(with_one_file(12, bzip2_bomb, 45'000'000))), "error.zip.method");
  EXPECT_EQ(code_of(read_zip(with_one_file(98, Bytes("\xff\x0f") + Bytes(100, 'x'), 45'000'000))), "error.zip.method");
}

// What Java and .NET write when they do not know how long a file becomes.
TEST(Zip, AZip64EndRecordIsRead) {
  const auto number = [](std::uint64_t value, int octets) {
    Bytes out;
    for (int i = 0; i < octets; ++i, value >>= 8) out += static_cast<char>(value & 0xff);
    return out;
  };
  const Bytes plain = zip({{"a", "x"}}, at);
  const std::size_t end = plain.rfind(std::string_view("PK\5\6", 4));
  const auto read32 = [&](std::size_t from) {
    std::uint64_t value = 0;
    for (std::size_t i = 4; i > 0; --i) value = value << 8 | static_cast<unsigned char>(plain[from + i - 1]);
    return value;
  };
  const auto size = read32(end + 12), begin = read32(end + 16);
  const Bytes end64 = Bytes("PK\6\6") + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) + number(1, 8) +
                      number(1, 8) + number(size, 8) + number(begin, 8);
  const Bytes locator = Bytes("PK\6\7") + number(0, 4) + number(end, 8) + number(1, 4);
  const Bytes end32 = Bytes("PK\5\6") + number(0, 4) + number(0xffff, 2) + number(0xffff, 2) + number(0xffffffff, 4) +
                      number(0xffffffff, 4) + number(0, 2);
  EXPECT_EQ(code_of(read_zip(plain.substr(0, end) + end64 + locator + end32)), "read");
  EXPECT_EQ(code_of(read_zip(plain.substr(0, end) + locator + end32)), "error.zip.broken");
}

TEST(Zip, MoreFilesThanAnOldEndRecordCountsAreWrittenAndRead) {
  constexpr std::size_t count = 70'000;  // 65,535 fit
  Bytes archive;
  ZipWriter writer([&](base::ByteView part) { archive += part; }, at);
  for (std::size_t i = 0; i < count; ++i) {
    writer.begin_stored(std::to_string(i), 1);
    writer.write("x");
  }
  writer.finish();
  std::size_t files = 0, octets = 0;
  const auto walked = walk_zip(archive, base::ManualClock(at), {.entries = count, .ratio = 10'000},
                               [&](const std::string&, base::ByteView part) {
                                 files += part.empty() ? 1 : 0;
                                 octets += part.size();
                               });
  ASSERT_TRUE(walked) << walked.error().detail;
  EXPECT_EQ(files, count);
  EXPECT_EQ(octets, count);
}

TEST(Zip, WhatIsStoredIsNotPackedAndMustHaveTheSizeThatWasSaid) {
  const Bytes content(100'000, 'x');
  const auto written = [&](std::int64_t said) {
    Bytes archive;
    ZipWriter writer([&](base::ByteView part) { archive += part; }, at);
    writer.begin_stored("a", said);
    writer.write(content);
    writer.add("b", content);
    writer.finish();
    return archive;
  };
  const auto archive = written(100'000);
  EXPECT_GT(archive.size(), content.size());
  EXPECT_LT(archive.size(), content.size() + 2'000);  // the second is packed
  const auto read = read_zip(archive);
  ASSERT_EQ(code_of(read), "read");
  EXPECT_EQ(read->at(0).content, content);
  EXPECT_EQ(read->at(1).content, content);
  EXPECT_THROW((void)written(99'999), std::runtime_error);
}

TEST(Zip, ADirectoryIsNotReadBeyondTheLimitWhateverItsEndRecordSays) {
  std::vector<ZipEntry> many;
  for (int i = 0; i < 30; ++i) many.push_back({std::to_string(i), ""});
  Bytes archive = zip(many, at);
  const std::size_t end = archive.rfind(std::string_view("PK\5\6", 4));
  archive[end + 8] = archive[end + 10] = 1;  // "one entry"
  EXPECT_EQ(code_of(read_zip(archive, {.entries = 10})), "error.zip.too_large");
}

TEST(Zip, NamesDoNotLeadOut) {
  for (const char* name : {"../x", "a/../../x", "/etc/passwd", "C:/x", "..\\x", "a//b", "./a", "a/.", "x\ny"})
    EXPECT_EQ(code_of(read_zip(zip({{name, "x"}}, at))), "error.zip.name") << name;
  EXPECT_EQ(code_of(read_zip(zip({{std::string(300, 'x'), "x"}}, at))), "error.zip.name");
  EXPECT_EQ(code_of(read_zip(zip({{"x", "1"}, {"x", "2"}}, at))), "error.zip.name");
}

TEST(Zip, WhatIsNoArchiveIsRefused) {
  base::SeededRandom random(1);
  const Bytes good = zip({{"a", random.bytes(10'000)}}, at);
  for (const Bytes& bad :
       {Bytes(), Bytes("x"), Bytes("PK\3\4"), Bytes(5000, 'x'), good.substr(0, good.size() / 2), Bytes("\x1f\x8b\x08")})
    EXPECT_FALSE(read_zip(bad)) << bad.size();
  EXPECT_TRUE(rc::check([&](std::size_t seed) {
    Bytes damaged = good;
    damaged[seed % damaged.size()] =
        static_cast<char>(damaged[seed % damaged.size()] ^ static_cast<char>(1 + seed / 7 % 255));
    (void)read_zip(damaged);  // any answer, no harm
  }));
  Bytes damaged = good;
  damaged[5000] = static_cast<char>(damaged[5000] ^ 1);
  EXPECT_EQ(code_of(read_zip(damaged)), "error.zip.broken");
}

TEST(Zip, AFailingSinkIsHeard) {
  int calls = 0;
  ZipWriter writer(
      [&](base::ByteView) {
        if (++calls == 2) throw std::runtime_error("disk full");
      },
      at);
  base::SeededRandom random(1);
  EXPECT_THROW(
      {
        for (int i = 0; i < 10; ++i) writer.add(std::to_string(i), random.bytes(100'000));
        writer.finish();
      },
      std::runtime_error);
  EXPECT_THROW(writer.add("after", "x"), std::runtime_error);
}

TEST(Zip, AnUnfinishedArchiveIsGivenUp) {
  Bytes out;
  {
    ZipWriter writer([&](base::ByteView part) { out += part; }, at);
    writer.add("a", Bytes(1000, 'x'));
  }
  EXPECT_FALSE(read_zip(out));
}

}  // namespace
}  // namespace alting::paper
