using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.Derivatives;

[Category("Unit")]
internal sealed class DerivativeCacheTests
{
    private readonly ReferenceScene _scene = new();
    private readonly CharacterReference _reference = AReference.Uploaded();
    private readonly RenderedDerivative _rendered = new(new byte[3], "#102030", new ImageDetails(ImageFormat.Png, 8, 4) { Orientation = 6 });

    [SetUp]
    public void SetUp() => _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference);

    [Test]
    public async Task GetAsync_WhenTheFileExists_RendersNothing()
    {
        var file = AReference.FileOf(_reference);
        _scene.DerivativeFiles.FindAsync(_reference.Id, Derivative.Thumb, Arg.Any<CancellationToken>()).Returns(file);

        Assert.That((await GetAsync()).Value, Is.SameAs(file));
        Assert.That(_scene.Renderer.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task GetAsync_WhenManyWantAMissingOne_RendersOnceAndRecordsWhatItFound()
    {
        var rendering = new TaskCompletionSource<Result<RenderedDerivative>>();
        _scene.Renderer.RenderAsync(default!, default!, default!, default).ReturnsForAnyArgs(rendering.Task);

        var callers = Enumerable.Range(0, 10).Select(_ => GetAsync()).ToList();
        rendering.SetResult(_rendered);
        var results = await Task.WhenAll(callers);

        Assert.That(results.Select(result => result.Value?.SizeBytes), Is.All.EqualTo(3));
        Assert.That(_scene.Journal, Is.EqualTo([$"write thumb.webp of {_reference.Id}"]));
        await _scene.Colors.Received(1).RecordAsync(_reference.Id, _rendered, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task GetAsync_WhenColorAndOrientationAreKnown_DoesNotRecordThemAgain()
    {
        await _scene.Derivatives.GetAsync(_reference with { DominantColor = "#ffffff", Orientation = 1 }, Derivative.Thumb, CancellationToken.None);

        Assert.That(_scene.Colors.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task GetAsync_WhenTheImageIsDeletedMeanwhile_LeavesNothing()
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(default(CharacterReference));

        Assert.That((await GetAsync()).Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
        _scene.DerivativeFiles.Received(1).Delete(_reference.Id);
    }

    [Test]
    public async Task GetAsync_WhenItCannotBeRendered_ReturnsTheErrorAndWritesNothing()
    {
        _scene.Renderer.RenderAsync(default!, default!, default!, default).ReturnsForAnyArgs(new Error(ErrorKind.InternalError, "damaged"));

        Assert.That((await GetAsync()).Error?.Detail, Is.EqualTo("damaged"));
        Assert.That(_scene.Journal, Is.Empty);
    }

    [Test]
    public async Task CompleteAsync_WhenOnlyTheOrientationIsUnknown_RendersTheThumbAgainAndRecordsIt()
    {
        _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference with { DominantColor = "#102030" });
        _scene.DerivativeFiles.FindAsync(_reference.Id, Derivative.Thumb, Arg.Any<CancellationToken>()).Returns(AReference.FileOf(_reference));
        _scene.Renderer.RenderAsync(default!, default!, default!, default).ReturnsForAnyArgs(_rendered);

        Assert.That(await CompleteAsync(), Is.Null);
        await _scene.Colors.Received(1).RecordAsync(_reference.Id, _rendered, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task CompleteAsync_WhenOnlyTheOrientationOfAnEvictedImageIsUnknown_FetchesNothing()
    {
        _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference with { DominantColor = "#102030" });
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(default(LocalFile));

        Assert.That(await CompleteAsync(), Is.Null);
        Assert.That(_scene.Renderer.ReceivedCalls(), Is.Empty);
        Assert.That(_scene.Store.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task CompleteAsync_WhenARequestRenderedItMeanwhile_RendersNothing()
    {
        _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference with { DominantColor = "#102030", Orientation = 1 });

        Assert.That(await CompleteAsync(), Is.Null);
        Assert.That(_scene.Renderer.ReceivedCalls(), Is.Empty);
    }

    private Task<Error?> CompleteAsync() => _scene.Derivatives.CompleteAsync(_reference.Id, CancellationToken.None);

    private Task<Result<LocalFile>> GetAsync() => _scene.Derivatives.GetAsync(_reference, Derivative.Thumb, CancellationToken.None);
}
