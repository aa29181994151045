"""The layouts of public repositories, by owner and name: where each has its files, with fewer and other values."""

from typing import Final

from tests.evidence.real_dvc import Project

_HISTORY: Final = "step\tloss\n0\t0.9\n1\t0.4\n"
_ROC: Final = '{"roc": [{"fpr": 0.0, "tpr": 0.1, "threshold": 1.9}, {"fpr": 1.0, "tpr": 1.0, "threshold": 0}]}'
_PRC: Final = '{"prc": [{"precision": 0.5, "recall": 1.0}, {"precision": 1.0, "recall": 0.0}]}'
_CONFUSION: Final = '[{"actual": "a", "predicted": "b"}, {"actual": "b", "predicted": "b"}]'

PUBLIC: Final[dict[str, Project]] = {
    # Two splits in one plot each, in folders that a stage has among its outputs.
    "iterative/example-get-started": {
        "dvc.yaml": """
stages:
  prepare: {cmd: x, deps: [data/data.xml], params: [prepare.seed, prepare.split], outs: [data/prepared]}
  featurize: {cmd: x, params: [featurize.max_features, featurize.ngrams], outs: [data/features]}
  train: {cmd: x, params: [train.min_split, train.n_est, train.seed], outs: [model.pkl]}
  evaluate:
    cmd: x
    deps: [model.pkl]
    outs: [eval/live/plots: {cache: false}, eval/prc: {cache: false}]
    metrics: [eval/live/metrics.json: {cache: false}]
plots:
- ROC:
    template: simple
    x: fpr
    y: {eval/live/plots/sklearn/roc/train.json: tpr, eval/live/plots/sklearn/roc/test.json: tpr}
- Confusion-Matrix: {template: confusion, x: actual, y: {eval/live/plots/sklearn/cm/test.json: predicted}}
- Precision-Recall: {template: simple, x: recall, y: {eval/prc/train.json: precision, eval/prc/test.json: precision}}
artifacts:
  text-classification: {path: model.pkl, type: model, labels: [nlp]}
""",
        "params.yaml": "prepare: {seed: 1, split: 0.2}\nfeaturize: {max_features: 9}\ntrain: {min_split: 0.01}\n",
        "eval/live/metrics.json": '{"avg_prec": {"train": 0.97, "test": 0.92}, "roc_auc": {"train": 0.99, "test": 1}}',
        "eval/live/plots/sklearn/roc/train.json": _ROC,
        "eval/live/plots/sklearn/roc/test.json": _ROC,
        "eval/live/plots/sklearn/cm/test.json": _CONFUSION,
        "eval/prc/train.json": _PRC,
        "eval/prc/test.json": _PRC,
    },
    # Classes have a mapping of params each; the metrics are an output like any other, so DVC shows none.
    "PythonFZ/dvc-example-get-started": {
        "dvc.yaml": """
stages:
  Prepare: {cmd: zntrack run Prepare, params: [Prepare], outs: [data/prepared, nodes/Prepare/uuid]}
  Evaluate: {cmd: zntrack run Evaluate, outs: [eval/live/metrics.json: {cache: false}, eval/importance.png]}
plots:
- ROC: {template: simple, x: fpr, y: {eval/live/plots/sklearn/roc/train.json: tpr}}
- eval/importance.png
""",
        "params.yaml": "Prepare: {seed: 1, split: 0.5, files: [a, b]}\nTrain: {n: 3}\n",
        "eval/live/metrics.json": '{"auc": 1}',
        "eval/live/plots/sklearn/roc/train.json": _ROC,
        "eval/importance.png": "picture",
    },
    # DVCLive in two folders of results, params that are whole sections, and pictures.
    "iterative/example-get-started-experiments": {
        "dvc.yaml": """
params: [results/train/params.yaml]
metrics: [results/train/metrics.json, results/evaluate/metrics.json]
plots: [results/train/plots/metrics: {x: step}, results/evaluate/plots/images]
stages:
  data_split: {cmd: x, params: [base, data_split], outs: [data/test_data]}
  train: {cmd: x, params: [base, train], outs: [models/model.pkl]}
""",
        "params.yaml": "base: {random_seed: 3}\ndata_split: {test_pct: 0.15}\ntrain: {img: 64}\nevaluate: {}\n",
        "results/train/params.yaml": "arch: net\nlr: 0.001\n",
        "results/train/metrics.json": '{"train": {"loss": 0.1}, "dice": 0.7, "step": 1}',
        "results/evaluate/metrics.json": '{"dice_multi": 0.75}',
        "results/train/plots/metrics/train/loss.tsv": _HISTORY,
        "results/train/plots/metrics/eval/loss.tsv": _HISTORY,
        "results/evaluate/plots/images/0.jpg": "picture",
    },
    # One title for several files, and a template of the repository's own.
    "iterative/vscode-dvc-demo": {
        ".dvc/plots/jitter.json": '{"data": {"values": "<DVC_METRIC_DATA>"}}',
        "dvc.yaml": """
plots:
- Accuracy:
    x: step
    y: {training/plots/metrics/train/acc.tsv: acc, training/plots/metrics/test/acc.tsv: acc}
    y_label: accuracy
- Confusion matrix: {template: confusion, x: actual, y: {training/plots/sklearn/confusion.json: predicted}}
- Actual vs Predicted: {template: jitter.json, x: actual, y: {training/plots/sklearn/confusion.json: predicted}}
- hist.csv: {x: preds, y: digit, template: bar_horizontal, title: Histogram}
- training/plots/images
stages:
  train:
    cmd: x
    params: [params.yaml: ]
    outs: [model.pt, training/plots: {persist: true, cache: false}]
    metrics: [training/metrics.json: {persist: true, cache: false}]
""",
        "params.yaml": "lr: 0.003\nweight_decay: 0\n",
        "training/metrics.json": '{"train": {"acc": 0.5}, "test": {"acc": 0.25}, "step": 1}',
        "training/plots/metrics/train/acc.tsv": "step\tacc\n0\t0.25\n1\t0.5\n",
        "training/plots/metrics/test/acc.tsv": "step\tacc\n0\t0.125\n1\t0.25\n",
        "training/plots/sklearn/confusion.json": _CONFUSION,
        "training/plots/images/misclassified.png": "picture",
        "hist.csv": "preds,digit\n3,0\n5,1\n",
    },
    # Outputs and dependencies whose names are params.
    "iterative/magnetic-tiles-defect": {
        "dvc.yaml": """
stages:
  check_packages: {cmd: x, always_changed: true, outs: [pkg_list.txt]}
  data_load:
    cmd: x
    params: [base, data_load]
    outs: ['${data_load.dir}/${data_load.new}/images', '${data_load.dir}/${data_load.new}/masks']
  data_split:
    cmd: x
    deps: ['${data_load.dir}/${data_load.new}/images']
    params: [base, data_load, data_split]
    outs: ['${data_split.train}', '${data_split.test}']
  evaluate: {cmd: x, deps: ['${data_split.test}'], params: [base, evaluate], metrics: [metrics.json: {cache: false}]}
""",
        "params.yaml": """
base: {seed: 2}
data_load: {dir: data, new: tiles}
data_split: {train: data/train, test: data/test}
evaluate: {batch: 4}
""",
        "metrics.json": '{"dice_mean": 0.5, "acc_mean": 0.75}',
    },
    # Sections of params that several stages share, and a metrics file in a folder of reports.
    "iterative/course-ds-base": {
        "dvc.yaml": """
# A comment
stages:
  featurize: {cmd: x, params: [base, featurize], outs: [data/featured.csv]}
  data_split: {cmd: x, params: [base, data_split, featurize], outs: [data/test.csv]}
  evaluate:
    cmd: x

    params:
    - base
    - evaluate
    outs: ['reports/confusion.png']

    metrics:
    - reports/metrics.json:

        cache: false
""",
        "params.yaml": "base: {seed: 1, level: INFO}\nfeaturize: {path: data}\nevaluate: {file: metrics.json}\n",
        "reports/metrics.json": '{"f1_score": 0.875}',
    },
    # Many params, deep ones and some that are not there, and no metrics.
    "ccao-data/model-res-avm": {
        "dvc.yaml": """
stages:
  ingest: {cmd: Rscript a.R, params: [assessment, input], outs: [input/a.parquet]}
  train:
    cmd: Rscript b.R
    params: [toggle.cv_enable, cv, model.engine, model.predictor, model.hyperparameter.range, model.verbose]
    outs: [output/fit.zip: {cache: false}]
  assess: {cmd: Rscript c.R, params: [assessment, pv, ratio_study, model.predictor]}
""",
        "params.yaml": """
assessment: {year: "2024", date: "2024-01-01"}
input: {min_year: "2015", complex: {match_exact: [town, class]}}
toggle: {cv_enable: TRUE, shap_enable: false}
cv: {num_folds: 7}
model:
  engine: lightgbm
  predictor: {all: [a_b, c_d], categorical: [a_b], id: []}
  hyperparameter: {default: {rate: 0.1}, range: {num_iterations: [100, 2500], learning_rate: [-3.0, -0.4]}}
pv: {rounding: [1, 5]}
""",
    },
    # A project in a folder, with params of three files.
    "iterative/vscode-dvc": {
        "demo/dvc.yaml": """
stages:
  train:
    cmd: x
    deps: [train.py]
    params: [seed, lr, weight_decay, customparams.yaml: [test], nested/params.yaml: [nestedtest]]
    outs: [model.pt]
    plots: [predictions.json: {cache: false, template: confusion, x: actual, y: predicted}]
""",
        "demo/params.yaml": "seed: 7\nlr: 1e-3\nunused: 1\n",
        "demo/customparams.yaml": "test: true\nother: false\n",
        "demo/nested/params.yaml": "nestedtest: {a: text}\n",
        "demo/predictions.json": _CONFUSION,
    },
    # Plots of stages, with columns of a table that is written while training.
    "iterative/demo-fashion-mnist": {
        "dvc.yaml": """
stages:
  train:
    cmd: x
    params: [train.batch_size, train.dropout, train.lr]
    outs: [output/model.h5]
    plots: [output/train_logs.csv: {cache: false, template: linear, x: epoch, y: accuracy}]
  evaluate:
    cmd: x
    metrics: [output/metrics.json: {cache: false}]
    plots: [output/predictions.json: {cache: false, template: confusion, x: actual, y: predicted}]
""",
        "params.yaml": "train:\n  batch_size: 128\n  dropout: 0.4\n  lr: 0.001\n  num_epochs: 2\n",
        "output/metrics.json": '{"loss": 0.375, "acc": 0.875}',
        "output/train_logs.csv": "epoch,accuracy,loss,val_accuracy\n0,0.71,0.8,0.8\n1,0.81,0.5,0.85\n",
        "output/predictions.json": '[{"actual": 9, "predicted": 9}, {"actual": 2, "predicted": 4}]',
    },
    # A pipeline in a folder that works two folders up.
    "mlrepa/evidently-dvc": {
        "pipelines/train/dvc.yaml": """
stages:
  load_data:
    cmd: |
      echo "${base.workdir}"
      unzip a.zip -d ${base.workdir}/data/
    outs: ['${base.workdir}/${data.raw}': {cache: false}]
  train: {cmd: 'x ${base.workdir}', params: [train], outs: ['${base.workdir}/${train.model_path}']}
  evaluate: {cmd: x, params: [evaluate], deps: ['${base.workdir}/${data.raw}']}
metrics:
- ../../reports/train/metrics.json
""",
        "pipelines/train/params.yaml": """
base: {workdir: ../..}
data: {raw: data/raw.csv}
train: {model_path: models/model.joblib}
evaluate: {metrics: [me, mae]}
""",
        "pipelines/monitor/dvc.yaml": "stages: {report: {cmd: x, params: [window]}}\n",
        "pipelines/monitor/params.yaml": "window: {start: '2011-01-29 00:00:00', days: 7}\n",
        "reports/train/metrics.json": '{"me": -4.5, "mae": 30.25}',
    },
    # A list of models in a file that several pipelines share, and what each of the models scored.
    "deutsche-nationalbibliothek/ki-fsprompt": {
        "pipelines/train/dvc.yaml": """
vars:
- ../shared_params.yaml
- params.yaml
stages:
  vocab:
    frozen: false
    cmd: ['build ../../${vocab.file} --port ${embedding.port}']
    params: [../shared_params.yaml: [vocab.name, embedding.model]]
    outs: ['../../${vocab.manifest}': {cache: false}]
  map:
    foreach: ${completion.models}
    do:
      desc: Map for all models
      cmd: ['map by_model/${item.short_name}/${mapping.output_file}']
      params:
      - ../shared_params.yaml: [mapping.hyperparameters.search, embedding.model]
      - train.text_type
      metrics: ['by_model/${item.short_name}/stats.json': {cache: false}]
  score:
    foreach: ${completion.models}
    do:
      cmd: [score]
      params: [predict.text_type]
      metrics: ['by_model/${item.short_name}/scores.yaml': {cache: false}]
""",
        "pipelines/shared_params.yaml": """
vocab: {file: vocab.ttl, name: Words, manifest: vocab/manifest.json}
embedding: {model: m3, port: 8080}
completion: {models: [{short_name: small-3B, path: org/small}, {short_name: large-7B, path: org/large}]}
mapping: {output_file: mapped.arrow, hyperparameters: {search: {alpha: 0.5}}}
""",
        "pipelines/train/params.yaml": "train: {text_type: title}\npredict: {text_type: title}\n",
        "pipelines/train/by_model/small-3B/stats.json": '{"mapped": 10, "removed": 0}',
        "pipelines/train/by_model/large-7B/stats.json": '{"mapped": 12, "removed": 1}',
        "pipelines/train/by_model/small-3B/scores.yaml": "f1: 0.25\nprec: 0.5\n",
        "pipelines/train/by_model/large-7B/scores.yaml": "f1: 0.375\nprec: .nan\n",
    },
    # Each data set with each model; a file of params for each pair; a star in a key, which DVC takes as it is.
    "MArpogaus/hybrid-flows": {
        "experiments/dvc.yaml": """
stages:
  train-sim:
    matrix: {dataset: '${sim_datasets}', model: '${sim_models}'}
    cmd: >-
      train
      --stage-name train-sim@${key}
      --dataset-type ${item.dataset.type}
      --test-mode ${testmode}
    params:
    - seed
    - params/${item.dataset.type}/dataset.yaml:
      - dataset_kwargs.${item.dataset.name}*
    - params/${item.dataset.type}/${item.dataset.name}/${item.model}.yaml:
    metrics: ['results/${item.dataset.type}/${item.dataset.name}/${item.model}/metrics.yaml']
  train-real:
    foreach: ${real_models}
    do:
      cmd: train ${item}
      params: [seed, params/real/dataset.yaml: [dataset_kwargs.india*], 'params/real/${item}.yaml': ]
      metrics: ['results/real/${item}/metrics.yaml']
""",
        "experiments/params.yaml": """
seed: 1
testmode: false
sim_datasets: [{type: sim, name: moons}, {type: sim, name: circles}]
sim_models: [flow, spline]
real_models: [flow]
""",
        "experiments/params/sim/dataset.yaml": 'dataset_kwargs: {moons: {noise: 0.05}, "circles*": {factor: 0.5}}\n',
        "experiments/params/sim/moons/flow.yaml": "model_kwargs: {order: 30}\nfit: {epochs: 2}\n",
        "experiments/params/sim/circles/spline.yaml": "model_kwargs: {bins: [1, 2]}\n",
        "experiments/params/real/dataset.yaml": "dataset_kwargs: {india: {targets: [a, b]}}\n",
        "experiments/params/real/flow.yaml": "lr: 1.0e-3\n",
        "experiments/results/sim/moons/flow/metrics.yaml": "loss: -0.5\nval_loss: -0.25\n",
        "experiments/results/sim/circles/spline/metrics.yaml": "loss: .inf\n",
        "experiments/results/real/flow/metrics.yaml": "loss: 2\n",
    },
    # Stages merged from others by YAML, over lists that vars define, with results in a hidden folder.
    "remstef/SSC4Frames": {
        "experiments/dvc.yaml": """
vars:
- datasets:
  - {name: a-default, folder: a}
  - {name: b1.7-default, folder: b}
- classifiers: [cw, one_step]
- classifiers_no_rand: [softmax]
stages:
  settings:
    foreach: ${datasets}
    do: {wdir: ./, cmd: ['tune ${item.name}'], outs: ['./${item.folder}/dev/tuned.json']}
  test: &test
    matrix: {dataset: '${datasets}', classifier: '${classifiers}'}
    wdir: ./
    cmd: ['run ${item.dataset.name}', 'show ${item.classifier}']
    metrics: ['./.results/${item.dataset.folder}/${item.dataset.name}-split_${item.classifier}_test.json']
  test_no_rand:
    <<: *test
    matrix: {dataset: '${datasets}', classifier: '${classifiers_no_rand}'}
""",
        "experiments/.results/a/a-default-split_cw_test.json": '{"micro_f1": {"mean": 0.5, "std": 0.0}}',
        "experiments/.results/a/a-default-split_softmax_test.json": '{"micro_f1": {"mean": 0.625}}',
        "experiments/.results/b/b1.7-default-split_one_step_test.json": '{"micro_f1": {"mean": 0.75}}',
    },
    # Params at the top that are keys, where DVC takes files and folders: there is none, and there is one of programs.
    "usnistgov/affinis": {
        "experiments/dvc.yaml": """
params: [seed, random_graphs]
stages:
  graphs:
    matrix: {n_nodes: '${random_graphs.nums_nodes}', graph_type: '${random_graphs.graph_types}'}
    cmd: >
      run ${item.n_nodes}
      --type=${item.graph_type} --size=${random_graphs.pop_size}
    deps: [random_graphs/graphs.coco]
    outs: ['graphs/${item.graph_type}/n${item.n_nodes}']
""",
        "experiments/params.yaml": "seed: 2\nrandom_graphs: {nums_nodes: [9, 30], graph_types: [tree], pop_size: 5}\n",
        "experiments/random_graphs/graphs.coco": "import a, b\ndef c(d) = d |> a\n",
    },
    # DVCLive 2, which wrote a dvc.yaml of its own.
    "iterative/dvclive-exp-tracking": {
        "dvclive/dvc.yaml": "metrics: [metrics.json]\nparams: [params.yaml]\nplots: [plots/metrics: {x: step}]\n",
        "dvclive/params.yaml": "batch_size: 128\nlr: 0.001\n",
        "dvclive/metrics.json": '{"train": {"accuracy": 0.75}, "step": 1}',
        "dvclive/plots/metrics/train/accuracy.tsv": "step\taccuracy\n0\t0.5\n1\t0.75\n",
    },
    # The same for a training with labels of both axes, and an artifact.
    "shcheklein/ultralytics": {
        "dvclive/dvc.yaml": """
params: [params.yaml]
metrics: [metrics.json]
plots:
- plots/metrics: {x: step}
- plots/images
- plots/sklearn/cf.json:
    template: confusion_normalized
    x: actual
    y: predicted
    title: Confusion Matrix
    x_label: True Label
    y_label: Predicted Label
artifacts: {best: {path: artifacts/best.pt, type: model}}
""",
        "dvclive/params.yaml": "task: detect\ndevice: null\nhsv_h: 0.015\nclasses:\nnames: {0: person}\n",
        "dvclive/metrics.json": '{"metrics": {"mAP50-95(B)": 0.5}, "lr": {"pg0": 1e-05}, "step": 1}',
        "dvclive/plots/metrics/metrics/mAP50-95(B).tsv": "step\tmAP50-95(B)\n0\t0.25\n1\t0.5\n",
        "dvclive/plots/images/labels.jpg": "picture",
        "dvclive/plots/sklearn/cf.json": _CONFUSION,
    },
    # A search that writes its best params where a stage wants them; two files dvc.yaml name DVCLive's params.
    "khuyentran1401/cicd-mlops-demo": {
        "dvc.yaml": """
stages:
  process: {cmd: x, params: [process, data], outs: [data/intermediate]}
  train: {cmd: x, params: [data, model, dvclive/params.yaml: [Best hyperparameters]], outs: [model/svm.pkl]}
  evaluate: {cmd: x, params: [data, model], metrics: [dvclive/metrics.json]}
""",
        "params.yaml": "process: {features: [a, b]}\ndata: {raw: data/raw}\nmodel: {dir: model}\n",
        "dvclive/dvc.yaml": "params:\n- params.yaml\n",
        "dvclive/params.yaml": "Best hyperparameters: {svm__C: 0.1}\nother: 1\n",
        "dvclive/metrics.json": '{"accuracy": 0.875}',
    },
}
