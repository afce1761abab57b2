#include "paper/file_inspector.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/bytes.h"
#include "paper/zip.h"

namespace alting::paper {
namespace {

using base::Bytes;

const Bytes small_png = *base::from_base64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

class FileInspection : public ::testing::Test {
 protected:
  FileInspection()
      : file_(std::filesystem::temp_directory_path() / ("alting-inspected-" + std::to_string(::getpid()))) {}
  ~FileInspection() override { std::filesystem::remove(file_); }

  static FileInspector::Options told_to(std::string_view word) {
    return {.program = std::filesystem::path(ALTING_BINARY_DIR) / "file_inspector", .words = {std::string(word)}};
  }
  std::string seen_by(FileInspector& inspector, std::string_view name, base::ByteView content) {
    std::ofstream(file_, std::ios::binary) << content;
    const auto result = inspector.inspect(name, file_);
    return result ? *result : result.error().code;
  }
  std::string taken_over_by(std::string_view act) {
    auto options = told_to(act);
    FileInspector inspector(std::move(options));
    return seen_by(inspector, "x.png", small_png);
  }

  std::filesystem::path file_;
  FileInspector inspector_{told_to(inspector_word)};
};

TEST_F(FileInspection, ItsAnswerIsThatOfInspect) {
  EXPECT_EQ(seen_by(inspector_, "Bilde.PNG", small_png), "image/png");
  EXPECT_EQ(seen_by(inspector_, "brev.txt", "Hei på deg\n"), "text/plain");
  EXPECT_EQ(seen_by(inspector_, "tom.txt", ""), "text/plain");
  EXPECT_EQ(seen_by(inspector_, "bilde.png", "x"), "error.file_type.disagrees");
  EXPECT_EQ(seen_by(inspector_, "side.html", "<p>"), "error.file_type.unknown");
  EXPECT_EQ(seen_by(inspector_, "brev.docx", zip({{"[Content_Types].xml", "<Types/>"}, {"blåbær/æøå.xml", "x"}}, {})),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(seen_by(inspector_, "arkiv.zip", zip({{"../x", "x"}}, {})), "error.zip.name");
  EXPECT_EQ(seen_by(inspector_, "arkiv.zip", zip({{"a", Bytes(60'000'000, '\0')}}, {})), "error.zip.too_large");
}

TEST_F(FileInspection, AChildThatReachesOutIsKilledAndItsFileRefused) {
  for (const char* act :
       {"opens-a-file", "makes-a-socket", "makes-a-process", "kills-its-parent", "runs-what-it-wrote"})
    EXPECT_EQ(taken_over_by(act), "error.inspection.failed") << act;
}

TEST_F(FileInspection, AChildHasLimitsOfMemoryAndTime) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose own books are larger than any limit
  EXPECT_EQ(taken_over_by("fills-memory"), "error.inspection.failed");
#endif
  EXPECT_EQ(taken_over_by("spins"), "error.inspection.failed");  // a second of processor time
  auto impatient = told_to("spins");
  impatient.patience = 1;
  FileInspector inspector(std::move(impatient));
  EXPECT_EQ(seen_by(inspector, "x.png", small_png), "error.inspection.failed");
}

TEST_F(FileInspection, WhatNoHonestChildSaysIsNotBelieved) {
  for (const char* act :
       {"dies", "dies-in-a-word", "says-nonsense", "says-too-much", "says-another-type", "says-a-code-of-its-own"})
    EXPECT_EQ(taken_over_by(act), "error.inspection.failed") << act;
  EXPECT_EQ(taken_over_by("no-such-act"), "error.inspection.failed");
}

TEST_F(FileInspection, AfterAChildThatDiedTheNextFileHasANewOne) {
  FileInspector dying(told_to("dies"));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(seen_by(dying, "x.png", small_png), "error.inspection.failed");
  EXPECT_EQ(dying.running(), 0U);
  EXPECT_EQ(seen_by(inspector_, "x.png", small_png), "image/png");
}

TEST_F(FileInspection, OverItsNumberIsBusyAtOnceAndAWaitingOneGetsTheNextPlace) {
  auto options = told_to("spins");
  options.at_once = 1;
  options.may_wait = 0;
  FileInspector inspector(std::move(options));
  std::ofstream(file_, std::ios::binary) << small_png;
  std::atomic<bool> wanted{true};
  std::thread first([&] {
    const auto dropped = inspector.inspect("x.png", file_, [&] { return wanted.load(); });
    EXPECT_EQ(dropped ? "taken" : dropped.error().code, "error.inspection.busy");  // dropped: nobody waits for it
  });
  while (inspector.running() == 0) std::this_thread::yield();
  const auto refused = inspector.inspect("x.png", file_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.inspection.busy");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  wanted = false;
  first.join();
  EXPECT_EQ(inspector.running(), 0U);
}

TEST_F(FileInspection, ThoseWhoWaitGetAPlaceInTurn) {
  auto options = told_to(inspector_word);
  options.at_once = 1;
  options.waits_for = 600;
  FileInspector inspector(std::move(options));
  std::ofstream(file_, std::ios::binary) << small_png;
  std::vector<std::thread> askers;
  std::atomic<int> taken{0};
  for (int i = 0; i < 4; ++i)
    askers.emplace_back([&] { taken += inspector.inspect("x.png", file_).has_value() ? 1 : 0; });
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(taken, 4);
}

}  // namespace
}  // namespace alting::paper
