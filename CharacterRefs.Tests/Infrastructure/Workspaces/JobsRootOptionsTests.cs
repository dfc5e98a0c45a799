using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

[Category("Unit")]
internal sealed class JobsRootOptionsTests
{
    private TempDirectory _directory = null!;

    [SetUp]
    public void SetUp()
    {
        _directory = new TempDirectory();
        Directory.CreateDirectory(Path.Join(_directory.FullPath, "real"));
        Directory.CreateSymbolicLink(Path.Join(_directory.FullPath, "link"), "real");
        Directory.CreateSymbolicLink(Path.Join(_directory.FullPath, "circle"), "circle");
        _directory.Write("file", [1]);
    }

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void Read_WhenUnset_IsBesideTheDataRoot()
    {
        var settings = TestSettings.Of();

        Assert.That(JobsRootOptions.Read(settings, DataRootOptions.Read(settings)).Path, Is.EqualTo("mv/jobs"));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [TestCase("data", "jobs", true)]
    [TestCase("data", "data-2", true)]
    [TestCase("link/data", "real/jobs", true)]
    [TestCase("data", "data", false)]
    [TestCase("data", "data/", false)]
    [TestCase("data", "data/jobs", false)]
    [TestCase("jobs/data", "jobs", false)]
    [TestCase("real", "link", false)]
    [TestCase("link/data", "real", false)]
    [TestCase("real", "link/../link/jobs", false)]
    public void Read_WhenOneIsInsideTheOther_StopsTheStartNamingBoth(string data, string jobs, bool isFine)
    {
        var problems = Problems(data, jobs);

        Assert.That(problems, Has.Count.EqualTo(isFine ? 0 : 1));
        Assert.That(problems, Is.All.Contains("JOBS_ROOT").And.All.Contains("DATA_ROOT"));
    }

    [TestCase("file", "which is a file")]
    [TestCase("circle/jobs", "circle")]
    public void Read_WhenItCannotBeADirectory_StopsTheStart(string jobs, string words) =>
        Assert.That(Problems("data", jobs), Has.Count.EqualTo(1).And.All.Contains(words).And.All.Contains("JOBS_ROOT"));

    private IReadOnlyList<string> Problems(string data, string jobs)
    {
        var settings = TestSettings.Of(("DATA_ROOT", Path.Join(_directory.FullPath, data)), ("JOBS_ROOT", Path.Join(_directory.FullPath, jobs)));
        JobsRootOptions.Read(settings, DataRootOptions.Read(settings));
        return settings.Problems();
    }
}
