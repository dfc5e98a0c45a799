using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Sets;

/// <summary>The moves after the commit of a set, at each of their calls and beside another request that makes them.</summary>
[Category("Integration")]
internal sealed class SetMovesTests
{
    private const string Movie = "videos/job-1/final/movie.mp4";

    private readonly SetScene _scene = new(limit: 0, concurrency: 1);

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task Moves_WhenAFileIsReplaced_ItsKeyIsNeverEmpty()
    {
        await PersistAsync("first");
        var absences = new List<string>();
        _scene.Store.Before = call =>
        {
            if (!File.Exists(_scene.FileOf(Movie)))
            {
                absences.Add(call);
            }
        };

        await PersistAsync("second");

        Assert.That(absences, Is.Empty);
        Assert.That(await _scene.ReadSetAsync(), Is.EquivalentTo(new Dictionary<string, string> { ["final/movie.mp4"] = "second" }));
        await _scene.AssertTidyAsync();
    }

    [Test]
    public async Task Moves_WhenAnotherRequestMakesThemMeanwhile_KeepTheBytes()
    {
        await PersistAsync("first");

        // The lease was ended, so the other request does not wait; it finishes the moves and replaces the file once more.
        Interrupt($"CopyOver {Movie}", () => PersistAsync("third"));
        await PersistAsync("second");

        Assert.That(await _scene.ReadSetAsync(), Is.EquivalentTo(new Dictionary<string, string> { ["final/movie.mp4"] = "third" }));
        Assert.That(_scene.Log, Has.None.StartsWith("Error "));
    }

    [Test]
    public async Task Moves_WhenTheJobIsDeletedMeanwhile_ReportNoLoss()
    {
        await PersistAsync("first");

        Interrupt($"CopyOver {Movie}", async () => Assert.That((await _scene.Delete.HandleAsync(AJobAsset.Job, withIgnored: false, default)).Error, Is.Null));
        await PersistAsync("second");

        Assert.That(await _scene.ManifestAsync(), Is.Null);
        Assert.That(_scene.Log, Has.None.StartsWith("Error "));
    }

    [Test]
    public async Task Moves_WhenTheIncomingBytesAreGone_SayThatTheyAreLost()
    {
        await PersistAsync("first");

        Interrupt($"CopyOver {Movie}", () =>
        {
            Directory.Delete(_scene.FileOf("videos/job-1/.incoming"), recursive: true);
            return Task.CompletedTask;
        });
        await PersistAsync("second");

        Assert.That(_scene.Log, Has.One.StartsWith("Error The bytes of final/movie.mp4 of job job-1 were missing in the store"));
        Assert.That(await _scene.TextAsync(CharacterRefs.Domain.Assets.AssetKey.Parse(Movie)), Is.EqualTo("first"), "nothing is lost twice");
    }

    /// <summary>Runs something before the first such call is executed.</summary>
    private void Interrupt(string at, Func<Task> work) => _scene.Store.Before = call =>
    {
        if (call == at)
        {
            _scene.Store.Before = null;
            _scene.Leases.BreakAsync(AJobAsset.Job, default).GetAwaiter().GetResult();
            work().GetAwaiter().GetResult();
        }
    };

    private async Task PersistAsync(string text)
    {
        _scene.Workspace.Write("final/movie.mp4", text);
        Assert.That((await _scene.TryPersistAsync()).Error, Is.Null);
    }
}
