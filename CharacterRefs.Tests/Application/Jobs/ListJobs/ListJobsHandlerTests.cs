using CharacterRefs.Application.Jobs.ListJobs;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.ListJobs;

[Category("Integration")]
internal sealed class ListJobsHandlerTests
{
    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(100)]
    public async Task List_WithAnyLimit_ReturnsEachJobOfEachSourceOnceInOneOrder(int limit)
    {
        var images = new Dictionary<JobId, int> { [Id("a")] = 2, [Id("a-b")] = 1, [Id("z")] = 3 };
        _scene.Catalog.CountReferencesAsync(default).ReturnsForAnyArgs(images);
        _scene.PutForeign("videos/a/final/movie.mp4", [1, 2]);
        _scene.PutForeign("videos/a0/notes.txt", [1]);
        _scene.PutForeign("videos/-no-job/notes.txt", [1]);
        _scene.Workspaces.Of("m").Write("final/movie.mp4", "movie");
        await _scene.CommitAsync("final/movie.mp4", "scenes/1.mp4");

        var found = new List<JobSummary>();
        JobId? after = null;
        do
        {
            var page = await _scene.ListJobs.HandleAsync(new ListJobsQuery(null, after, limit), default);
            Assert.That(page.Items, Has.Count.InRange(1, limit));
            found.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        Assert.That(found.Select(job => (job.JobId.ToString(), job.ImageCount, job.FileCount, job.IsComplete)), Is.EqualTo(new[]
        {
            ("a-b", 1, 0, false), ("a", 2, 1, false), ("a0", 0, 0, false), ("job-1", 0, 2, true), ("m", 0, 0, false), ("z", 3, 0, false),
        }));
        Assert.That(found.Single(job => job.JobId == Id("a")).TotalBytes, Is.EqualTo(2));
        Assert.That(found.Where(job => job.UpdatedAt is not null).Select(job => job.JobId.ToString()), Is.EqualTo(["a", "job-1"]));
    }

    private static JobId Id(string text) => JobId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
