using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.ListJobReferences;

[Category("Integration")]
internal sealed class ListJobReferencesHandlerTests
{
    private readonly SetScene _scene = new();

    [TearDown]
    public void TearDown() => _scene.Dispose();

    [Test]
    public async Task List_WhenTheJobHasImages_ReturnsThemInOrderAfterOneListing()
    {
        var (first, second) = (AReference.Uploaded(), AReference.Uploaded());
        _scene.Catalog.ListReferencesAsync(default, default).ReturnsForAnyArgs([first, second]);

        var items = (await _scene.ListReferences.HandleAsync(AJobAsset.Job, default)).Value!.Items;

        Assert.That(items.Select(item => (item.Reference, item.Position)), Is.EqualTo([(first, 0), (second, 1)]));
        var path = $"character_reference/{second.Id}.{second.Format.Extension}";
        Assert.That((items[1].Key.Value, items[1].Path), Is.EqualTo(($"videos/job-1/intermediate/{path}", $"mv/jobs/job-1/{path}")));
        Assert.That(items[1].Url.Url, Is.EqualTo($"https://signed/videos/job-1/intermediate/{path}?secret"));
        Assert.That(_scene.Store.Calls, Is.EqualTo(["List videos/job-1/intermediate/character_reference/"]));
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public async Task List_WhenTheJobHasOnlyAWorkspaceOrObjects_ReturnsNoImages(bool hasWorkspace, bool hasObjects)
    {
        if (hasWorkspace)
        {
            _scene.Workspace.Write("scenes/1.mp4", "1");
        }

        if (hasObjects)
        {
            await _scene.StoreAsync("scenes/1.mp4");
        }

        Assert.That((await _scene.ListReferences.HandleAsync(AJobAsset.Job, default)).Value!.Items, Is.Empty);
    }

    [Test]
    public async Task List_WhenTheJobIsUnknown_ReturnsNotFound() =>
        Assert.That((await _scene.ListReferences.HandleAsync(AJobAsset.Job, default)).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
}
