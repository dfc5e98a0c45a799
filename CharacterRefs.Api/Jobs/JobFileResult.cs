using CharacterRefs.Application.Jobs.Files;

namespace CharacterRefs.Api.Jobs;

/// <summary>The bytes of a file of a workspace, with validators and ranges.</summary>
internal sealed class JobFileResult(OpenJobFile file) : FileResult(file.MediaType)
{
    public OpenJobFile File => file;

    public override Task ExecuteResultAsync(ActionContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<JobFileResultExecutor>().ExecuteAsync(context, this);
}
