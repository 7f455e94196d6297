# batchfn, the command line. The context is the root of the repository.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM ${SDK_IMAGE} AS build
ARG REVISION=
ARG SOURCE_DATE_EPOCH=0
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY Directory.Build.props Directory.Build.rsp Directory.Build.targets Directory.Packages.props global.json ./
COPY src/BatchFunctions/BatchFunctions.csproj src/BatchFunctions/
COPY src/BatchFunctions.Api/BatchFunctions.Api.csproj src/BatchFunctions.Api/
COPY src/BatchFunctions.Cli/BatchFunctions.Cli.csproj src/BatchFunctions.Cli/
COPY src/BatchFunctions.Local/BatchFunctions.Local.csproj src/BatchFunctions.Local/
COPY src/BatchFunctions.Sql/BatchFunctions.Sql.csproj src/BatchFunctions.Sql/
# Directory.Build.rsp names properties of the restore, and where there are any, only properties of the restore count in it.
RUN dotnet restore src/BatchFunctions.Cli -rp:UseCurrentRuntimeIdentifier=true -rp:SelfContained=true -rp:PublishReadyToRun=true
COPY LICENSE ./
COPY docs/openapi.json docs/
COPY samples/churn samples/churn
COPY src/BatchFunctions src/BatchFunctions
COPY src/BatchFunctions.Api src/BatchFunctions.Api
COPY src/BatchFunctions.Cli src/BatchFunctions.Cli
COPY src/BatchFunctions.Local src/BatchFunctions.Local
COPY src/BatchFunctions.Sql src/BatchFunctions.Sql
RUN dotnet publish src/BatchFunctions.Cli --no-restore -c Release --use-current-runtime --self-contained -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false -p:SourceRevisionId=${REVISION} -p:PublishDocumentationFiles=false -o /app
RUN cp LICENSE /app/ && rm -f /app/onnxruntime*.dll && find /app -exec touch --no-dereference --date=@${SOURCE_DATE_EPOCH} {} + && mkdir /data

FROM ${RUNTIME_IMAGE}
ARG REVISION=
LABEL org.opencontainers.image.title="batchfn" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"
ENV BATCHFN_DATA=/data DOTNET_RUNNING_IN_CONTAINER=true HOME=/tmp
COPY --from=build /app /app
# A volume that is mounted here takes over whose it is.
COPY --from=build --chown=1654:1654 /data /data
WORKDIR /data
USER 1654:1654
ENTRYPOINT ["/app/batchfn"]
