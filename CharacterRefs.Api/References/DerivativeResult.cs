using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Api.References;

/// <summary>The bytes of a derivative.</summary>
internal sealed class DerivativeResult(LocalFile file) : FileResult(Derivative.MediaType)
{
    public LocalFile File => file;

    public override Task ExecuteResultAsync(ActionContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<DerivativeResultExecutor>().ExecuteAsync(context, this);
}
