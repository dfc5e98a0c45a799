using CharacterRefs.Tests.Support.S3;

namespace CharacterRefs.Tests.Support.Scenes;

/// <summary>A bucket whose port can be closed and opened again.</summary>
internal sealed class OutageScene : BucketScene
{
    private OutageScene(S3TestBucket bucket)
        : base(bucket) => Relay = new TcpRelay(bucket.Options.Endpoint!);

    public TcpRelay Relay { get; }

    protected override Uri Endpoint => Relay.Address;

    public static async Task<OutageScene> SetUpAsync() => new(await S3TestServer.CreateBucketAsync());

    public override async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await base.DisposeAsync();
    }
}
