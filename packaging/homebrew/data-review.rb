# Draft of a formula. It builds from the source of a release; `brew audit --new --strict` wants the checksum filled in.
class DataReview < Formula
  desc "Review oceanographic files: what each is, what is wrong with it, and where"
  homepage "https://github.com/data-review/data-review"
  url "https://github.com/data-review/data-review/archive/refs/tags/v0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license any_of: ["MIT", "Apache-2.0"]
  head "https://github.com/data-review/data-review.git", branch: "main"

  depends_on "rust" => :build

  def install
    system "cargo", "install", *std_cargo_args(path: "cli")
    generate_completions_from_executable(bin/"data-review", "completions", shells: [:bash, :zsh, :fish])
    system bin/"data-review", "man", "--out", man1
  end

  test do
    (testpath/"table.csv").write("station,depth,temperature\nA1,10,12.5\nA1,20,11.75\nA2,10,13.25\n")
    assert_match "1 reviewed", shell_output("#{bin}/data-review review table.csv 2>&1")
  end
end
