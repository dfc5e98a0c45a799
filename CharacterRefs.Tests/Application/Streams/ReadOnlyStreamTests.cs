using System.Text;
using CharacterRefs.Application.Streams;

namespace CharacterRefs.Tests.Application.Streams;

[Category("Unit")]
internal sealed class ReadOnlyStreamTests
{
    [Test]
    public async Task Read_WithEveryOverload_ReturnsTheBytesOfTheSource()
    {
        await using var stream = new WrappedStream(new MemoryStream("abcd"u8.ToArray()));
        var bytes = new byte[4];

        Assert.That(stream.Read(bytes, 0, 1), Is.EqualTo(1));
        Assert.That(stream.Read(bytes.AsSpan(1, 1)), Is.EqualTo(1));
        Assert.That(await stream.ReadAsync(bytes.AsMemory(2, 2)), Is.EqualTo(2));
        Assert.That(Encoding.ASCII.GetString(bytes), Is.EqualTo("abcd"));
    }

    [Test]
    public void Members_WhenTheyWriteOrSeek_AreNotSupported()
    {
        using var stream = new WrappedStream(new MemoryStream());

        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((true, false, false)));
        Assert.That(() => stream.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.SetLength(1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Seek(0, SeekOrigin.Begin), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Position = 0, Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Position, Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Length, Throws.TypeOf<NotSupportedException>());
        Assert.That(stream.Flush, Throws.Nothing);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Dispose_WhenItOwnsASource_DisposesIt(bool isAsync)
    {
        var source = new MemoryStream();
        var stream = new WrappedStream(source);

        if (isAsync)
        {
            await stream.DisposeAsync();
        }
        else
        {
            stream.Dispose();
        }

        Assert.That(source.CanRead, Is.False);
    }

    private sealed class WrappedStream(Stream source) : ReadOnlyStream
    {
        protected override IDisposable Owned => source;

        public override int Read(Span<byte> buffer) => source.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            source.ReadAsync(buffer, cancellationToken);
    }
}
